namespace Fovea.Engine.Ops;

/// <summary>
/// How the sums at the points are made. The larger tiles of F(3) and F(4) spread the values of a sum further, so that its rounding errors count for more:
/// they sum in short pieces and add these. Rounding errors grow with the root of a piece's length, not of the sum's, which outweighs the spread where
/// sums are long.
/// </summary>
/// <param name="Piece">Terms in a piece.</param>
/// <param name="InPieces">Whether pieces are summed by themselves.</param>
internal readonly record struct WinogradSums(int Piece, bool InPieces)
{
    private const int MaxLength = 256;  // so that a block of the kernel stays in the nearest cache while it serves all tiles

    public static WinogradSums Of<TTransform>(int length)
        where TTransform : struct, IWinogradTransform =>
        TTransform.Outputs == 2 ? new(MaxLength, false) : new(length < 512 ? 32 : 64, true);

    /// <summary>How many of the terms left to sum next: some pieces, or what is left of one.</summary>
    public int Next(int left) => left < Piece ? left : Math.Min(left, MaxLength) / Piece * Piece;
}
