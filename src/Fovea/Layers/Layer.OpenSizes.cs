namespace Fovea;

/// <content>Inputs of open size.</content>
public abstract partial class Layer
{
    /// <summary>
    /// Builds the layer for inputs of open size and finds the shapes of its outputs. <see cref="Build"/> gets the open shapes, so that a weight cannot depend
    /// on an open size.
    /// </summary>
    /// <exception cref="ShapeException">A weight would depend on an open size, or the layer does not accept the inputs at two sizes or more.</exception>
    private OpenShape[] OutputsOfOpen(ReadOnlySpan<SymbolicTensor> inputs, Shape[] shapes)
    {
        try
        {
            EnsureBuilt(shapes);
        }
        catch (ShapeException error) when (error.IsAboutOpenSize)
        {
            throw new ShapeException(
                Subject, $"its weights need known sizes; received inputs {SymbolicTensor.Print(shapes)}. Use GlobalAveragePooling2D instead of Flatten before "
                + "Dense, or fix the size of the images: new Input(150, 150, 3), or model.WithInput(150, 150, 3) for a model that exists.", error);
        }

        var found = new Shape[]?[OpenShape.Examples];
        ShapeException? fault = null;
        for (var example = 0; example < found.Length; example++)
        {
            if (At(inputs, example) is not { } known) continue;
            try
            {
                found[example] = OutputShapes(known);
            }
            catch (ShapeException error)
            {
                fault ??= error;
            }
        }

        var accepted = found.OfType<Shape[]>().ToList();
        if (accepted.Count < 2 || accepted.Exists(outputs => !outputs.Select(shape => shape.Rank).SequenceEqual(accepted[0].Select(shape => shape.Rank))))
            throw new ShapeException(
                Subject, $"the layer does not take inputs of any size, {SymbolicTensor.Print(shapes)}{(fault is null ? "" : $": {fault.Problem}")} Fix the "
                + "size of the images: new Input(150, 150, 3), or model.WithInput(150, 150, 3) for a model that exists.", fault);
        return [.. Enumerable.Range(0, accepted[0].Length).Select(i => new OpenShape([.. found.Select(outputs => outputs?[i])]))];
    }

    /// <summary>The shapes of some inputs at the size of an example; null if a layer before does not accept it.</summary>
    private static Shape[]? At(ReadOnlySpan<SymbolicTensor> inputs, int example)
    {
        var shapes = new Shape[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            if ((inputs[i].Open is { } open ? open[example] : inputs[i].Shape) is not { } shape) return null;
            shapes[i] = shape;
        }

        return shapes;
    }
}
