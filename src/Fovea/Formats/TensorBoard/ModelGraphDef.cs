using Fovea.Formats.Protobuf;
using Google.Protobuf;
using static Fovea.TensorFlowSchema;

namespace Fovea;

/// <summary>A model as TensorFlow's <c>GraphDef</c>: a node for each use of a layer, with its class and the shape of its output.</summary>
internal static class ModelGraphDef
{
    public static byte[] Of(Model model) => ProtobufWriting.Message(output =>
    {
        Write(output, model, "", []);
        output.Part(GraphDef.Versions, versions => versions.Integer(GraphDef.VersionsProducer, 22));
    });

    /// <param name="output">Receives the nodes.</param>
    /// <param name="model">The model, or a model within it.</param>
    /// <param name="scope">The prefix of the names of its layers.</param>
    /// <param name="inputs">The nodes that a model within is connected to.</param>
    private static void Write(CodedOutputStream output, Model model, string scope, string[] inputs)
    {
        var names = new Dictionary<SymbolicTensor, string>();
        for (var i = 0; i < inputs.Length; i++) names[model.Inputs[i]] = inputs[i];
        foreach (var call in model.Topology.Calls.Where(call => !names.ContainsKey(call.Outputs[0])))
        {
            var uses = model.Topology.Calls.Where(other => other.Layer == call.Layer).ToList();
            var name = $"{scope}{call.Layer.Name}{(uses.Count > 1 ? $"_use{uses.IndexOf(call)}" : "")}";
            string[] from = [.. call.Inputs.Select(input => names[input])];
            if (call.Layer is Model nested) Write(output, nested, $"{name}/", from);
            foreach (var tensor in call.Outputs) names[tensor] = call.Layer is Model within ? $"{name}/{within.Outputs[tensor.Index].Layer.Name}" : name;
            if (call.Layer is not Model) output.Part(GraphDef.Node, node => WriteNode(node, name, call, from));
        }
    }

    private static void WriteNode(CodedOutputStream node, string name, LayerCall call, string[] inputs)
    {
        node.Text(NodeDef.Name, name);
        node.Text(NodeDef.Op, call.Layer.ClassName);
        foreach (var input in inputs) node.Text(NodeDef.Input, input);
        node.Part(NodeDef.Attr, attribute =>
        {
            attribute.Text(NodeDef.AttrKey, "_output_shapes");
            attribute.Part(NodeDef.AttrValue, value => value.Part(AttrValue.List, list => list.Part(AttrValue.ListShape, shape =>
            {
                shape.Part(AttrValue.ShapeDim, dimension => dimension.Integer(AttrValue.DimSize, -1));
                foreach (var size in call.Outputs[0].Shape.Sizes)
                    shape.Part(AttrValue.ShapeDim, dimension => dimension.Integer(AttrValue.DimSize, size ?? -1));
            })));
        });
    }
}
