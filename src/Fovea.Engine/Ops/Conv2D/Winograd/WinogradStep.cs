using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// One matrix of a <see cref="IWinogradTransform"/> as a type. A pass applies it to the columns and then to the rows of a square of vectors.
/// </summary>
internal unsafe interface IWinogradStep
{
    /// <summary>The size of the square before the step.</summary>
    static abstract int From { get; }

    /// <summary>The size of the square after the step.</summary>
    static abstract int To { get; }

    static abstract void Run<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;
}

/// <summary>Image values to points.</summary>
internal readonly unsafe struct WinogradImageStep<TTransform> : IWinogradStep
    where TTransform : struct, IWinogradTransform
{
    public static int From => TTransform.Outputs + 2;

    public static int To => TTransform.Outputs + 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector> => TTransform.Image<TVector, TSimd>(source, step, target, targetStep);
}

/// <summary>Gradients of outputs to points.</summary>
internal readonly unsafe struct WinogradGradientStep<TTransform> : IWinogradStep
    where TTransform : struct, IWinogradTransform
{
    public static int From => TTransform.Outputs;

    public static int To => TTransform.Outputs + 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector> => TTransform.Gradient<TVector, TSimd>(source, step, target, targetStep);
}

/// <summary>Kernel values to points.</summary>
internal readonly unsafe struct WinogradKernelStep<TTransform> : IWinogradStep
    where TTransform : struct, IWinogradTransform
{
    public static int From => 3;

    public static int To => TTransform.Outputs + 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector> => TTransform.Kernel<TVector, TSimd>(source, step, target, targetStep);
}

/// <summary>Points to gradients of kernel values.</summary>
internal readonly unsafe struct WinogradKernelGradientStep<TTransform> : IWinogradStep
    where TTransform : struct, IWinogradTransform
{
    public static int From => TTransform.Outputs + 2;

    public static int To => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector> => TTransform.KernelGradient<TVector, TSimd>(source, step, target, targetStep);
}

/// <summary>The two-dimensional transform t · x · tᵀ of a square of vectors x, at any distances in memory.</summary>
internal static unsafe class WinogradSquare<TStep>
    where TStep : struct, IWinogradStep
{
    /// <summary>The scratch, in vectors.</summary>
    public static int ScratchVectors => TStep.To * TStep.From;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TVector, TSimd>(float* source, nint rowStep, nint columnStep, float* target, nint targetStep, float* scratch)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        nint lanes = TSimd.Count;
        for (var x = 0; x < TStep.From; x++) TStep.Run<TVector, TSimd>(source + (x * columnStep), rowStep, scratch + (x * lanes), TStep.From * lanes);
        for (var y = 0; y < TStep.To; y++)
            TStep.Run<TVector, TSimd>(scratch + (y * TStep.From * lanes), lanes, target + (y * TStep.To * targetStep), targetStep);
    }
}
