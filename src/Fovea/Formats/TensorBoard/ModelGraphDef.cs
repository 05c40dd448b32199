using Fovea.Formats.Protobuf;
using Google.Protobuf;

namespace Fovea;

/// <summary>A model as TensorFlow's <c>GraphDef</c>: a node for each use of a layer, with its class and the shape of what it gives.</summary>
internal static class ModelGraphDef
{
    public static byte[] Of(Model model) => ProtobufWriting.Message(output =>
    {
        Write(output, model, "", []);
        output.Part(4, versions => versions.Integer(1, 22));
    });

    /// <param name="output">Where the nodes are written.</param>
    /// <param name="model">The model, or one within.</param>
    /// <param name="scope">What stands before the names of its layers.</param>
    /// <param name="inputs">For a model within: the nodes that it is connected to.</param>
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
            if (call.Layer is not Model) output.Part(1, node => WriteNode(node, name, call, from));
        }
    }

    private static void WriteNode(CodedOutputStream node, string name, LayerCall call, string[] inputs)
    {
        node.Text(1, name);
        node.Text(2, call.Layer.ClassName);
        foreach (var input in inputs) node.Text(3, input);
        node.Part(5, attribute =>
        {
            attribute.Text(1, "_output_shapes");
            attribute.Part(2, value => value.Part(1, list => list.Part(7, shape =>
            {
                shape.Part(2, dimension => dimension.Integer(1, -1));
                foreach (var size in call.Outputs[0].Shape.Dimensions.ToArray()) shape.Part(2, dimension => dimension.Integer(1, size));
            })));
        });
    }
}
