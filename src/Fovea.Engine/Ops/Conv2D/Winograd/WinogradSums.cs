namespace Fovea.Engine.Ops;

/// <summary>
/// How sums over channels or tiles are made at each point. The transforms of F(3) and F(4) amplify rounding errors. Their sums are therefore made in short
/// pieces, which are then added: rounding errors grow with the root of a piece's length instead of the sum's length. In long sums this gains more than the
/// transforms lose.
/// </summary>
/// <param name="Piece">The number of terms in a piece.</param>
/// <param name="InPieces">Whether each piece starts from zero.</param>
internal readonly record struct WinogradSums(int Piece, bool InPieces)
{
    private const int MaxLength = 256;  // so that a block of the kernel stays in L1 while it serves all tiles

    public static WinogradSums Of<TTransform>(int length)
        where TTransform : struct, IWinogradTransform =>
        TTransform.Outputs == 2 ? new(MaxLength, false) : new(length < 512 ? 32 : 64, true);

    /// <summary>The number of terms to sum next when so many are left: some whole pieces, or the rest of one.</summary>
    public int Next(int left) => left < Piece ? left : Math.Min(left, MaxLength) / Piece * Piece;
}
