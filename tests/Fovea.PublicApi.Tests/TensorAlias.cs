using System.Numerics.Tensors;
using Fovea;
using Tensor = Fovea.Tensor;   // both namespaces have a type of this name

namespace Elsewhere;

/// <summary>The code of <c>docs/tensors.md</c> that uses both namespaces, in a namespace outside of Fovea.</summary>
internal static class TensorAlias
{
    public static (Tensor X, Tensor<float> Same, Tensor Copy, float Norm, nint KernelValues) Run(Model model)
    {
        Tensor x = Tensor.Arange(6).Reshape(2, 3);
        TensorSpan<float> span = x.AsTensorSpan();           // shares the memory
        Tensor<float> same = x.AsNumericsTensor();           // shares the memory
        Tensor copy = same;                                  // copies, since Tensor<float> does not give out its array
        float norm = TensorPrimitives.Norm<float>(x.Values);
        ReadOnlyTensorSpan<float> kernel = model.Weights[0].AsReadOnlyTensorSpan();
        span[1, 2] = 50;
        same[0, 0] = -1;
        return (x, same, copy, norm, kernel.FlattenedLength);
    }
}
