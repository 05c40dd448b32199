using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The matrices of one variant F(m, 3): Bᵀ, G, Aᵀ and the transposes A and Gᵀ. Each is applied to a column or row of vectors that are <c>step</c> floats
/// apart. Applied to the columns and then to the rows of a tile, a matrix gives the two-dimensional transform. Lanes hold channels.
/// </summary>
internal unsafe interface IWinogradTransform
{
    /// <summary>m, the outputs of a tile in each direction.</summary>
    static abstract int Outputs { get; }

    /// <summary>Bᵀ: n image values to the n points.</summary>
    static abstract void Image<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;

    /// <summary>G: 3 kernel values to the n points.</summary>
    static abstract void Kernel<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;

    /// <summary>Aᵀ: the products at the n points to m outputs.</summary>
    static abstract void Output<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;

    /// <summary>A: the gradients of m outputs to the n points.</summary>
    static abstract void Gradient<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;

    /// <summary>Gᵀ: sums of products at the n points to the gradients of 3 kernel values.</summary>
    static abstract void KernelGradient<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;
}
