using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>Applies an epilogue to a sum in float64.</summary>
internal static class EpilogueReference
{
    public static double Evaluate(Epilogue epilogue, double sum) => epilogue switch
    {
        Epilogue.Relu => new ReluOp().Evaluate(sum),
        Epilogue.Relu6 => new ClipOp(0, 6).Evaluate(sum),
        _ => sum,
    };
}
