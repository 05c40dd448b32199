using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Winograd convolution of any band of output rows into any memory. <see cref="Transform"/> transforms image tiles to V[point][tile][channel].
/// <see cref="Multiply"/> computes the n² matrix products V · U, one panel of filters at a time (<see cref="MultiplyPoints"/>), and transforms them to
/// outputs with bias and epilogue (<see cref="Finish"/>). <see cref="Convolve"/> does all.
/// </summary>
/// <remarks>Lanes hold channels of the image in <see cref="Transform"/> and filters in all others.</remarks>
internal sealed unsafe class WinogradConvolution<TTransform> : IBandConvolution
    where TTransform : struct, IWinogradTransform
{
    private const int TransformedFloats = 320 * 1024;  // of V in a pass; this exceeds L2, which costs less than reading U more often
    private const int MinTiles = 48;
    private const int MaxTiles = 96;

    private static readonly int Size = TTransform.Outputs + 2;
    private static readonly int LaneFloats = 2 * Size * Size * WinogradPanels.Width;

    private readonly Window2D window;
    private readonly int channels;
    private readonly int filters;
    private readonly Epilogue epilogue;
    private readonly WinogradPanels panels;

    public WinogradConvolution(Window2D window, int channels, int filters, Epilogue epilogue)
    {
        this.window = window;
        this.channels = channels;
        this.filters = filters;
        this.epilogue = epilogue;
        panels = new WinogradPanels(Size * Size, channels, filters);
        PassTiles = Math.Clamp(TransformedFloats / (Size * Size * channels), MinTiles, MaxTiles) / Tile.MaxRows * Tile.MaxRows;
    }

    /// <summary>The number of tiles that one pass over the transformed kernel serves.</summary>
    public int PassTiles { get; }

    /// <summary>The scratch for <see cref="Transform"/> and <see cref="Multiply"/>.</summary>
    public int ScratchFloats => LaneFloats + (Size * Size * (int)ProductStep(PassTiles));

    /// <summary>The scratch for <see cref="Convolve"/>.</summary>
    public int ConvolveScratchFloats => ScratchFloats + (Size * Size * (int)PointStep(PassTiles));

    public WinogradTiles Tiles(WinogradBand band) => new(band, window.OutputWidth, TTransform.Outputs);

    /// <summary>The distance of points in V, for a number of tiles.</summary>
    public nint PointStep(int tiles) => ((nint)tiles * channels) + WinogradTiles.StepPadding;

    /// <summary>The offset of a tile from the first tile of V.</summary>
    public nint TileOffset(int tile) => (nint)tile * channels;

    /// <summary>The distance of points in a panel's products, for a number of tiles.</summary>
    public static nint ProductStep(int tiles) => ((nint)tiles * WinogradPanels.Width) + WinogradTiles.StepPadding;

    public int BandScratchFloats(int rows) => ConvolveScratchFloats;

    public void ConvolveBand(
        int image, int firstRow, int rows, int firstChannel, int endChannel, in ConvolutionOperands operands, float* target, float* scratch)
    {
        var rowStep = (nint)window.OutputWidth * filters;
        Convolve(
            operands.Images, operands.Kernel, operands.Bias, new WinogradBand(image, 1, firstRow, rows), firstChannel, endChannel,
            new WinogradTarget(target, filters, rowStep, rows * rowStep), scratch);
    }

    /// <summary>Convolves the output rows of <paramref name="band"/> for some filters.</summary>
    /// <param name="image">The first image of the batch.</param>
    /// <param name="kernel">The transformed kernel.</param>
    /// <param name="bias">One float for each filter, or null.</param>
    /// <param name="band">Which output rows.</param>
    /// <param name="firstFilter">The first filter, a multiple of <see cref="WinogradPanels.Width"/>.</param>
    /// <param name="endFilter">The filter after the last.</param>
    /// <param name="target">Where the outputs go.</param>
    /// <param name="scratch"><see cref="ConvolveScratchFloats"/> floats.</param>
    public void Convolve(float* image, float* kernel, float* bias, WinogradBand band, int firstFilter, int endFilter, WinogradTarget target, float* scratch)
    {
        var count = Tiles(band).Count;
        var piece = Piece(count);
        var v = scratch + ScratchFloats;
        var step = PointStep(piece);
        for (var first = 0; first < count; first += piece)
        {
            var tiles = Math.Min(piece, count - first);
            Transform(image, band, first, tiles, 0, channels, v, step, scratch);
            Multiply(v, step, kernel, bias, band, first, tiles, firstFilter, endFilter, target, scratch);
        }
    }

    /// <summary>The number of tiles in a piece of a band: pieces are about equal and have at most <see cref="PassTiles"/> tiles.</summary>
    public int Piece(int count)
    {
        var pieces = (count + PassTiles - 1) / PassTiles;
        return ((((count + pieces - 1) / pieces) + Tile.MaxRows - 1) / Tile.MaxRows) * Tile.MaxRows;
    }

    /// <summary>Computes V = Bᵀ d B for some tiles and channels of a band; <paramref name="v"/> is the address of the first tile.</summary>
    public void Transform(float* image, WinogradBand band, int firstTile, int tiles, int firstChannel, int endChannel, float* v, nint pointStep, float* scratch)
    {
        new WinogradTileReader<WinogradImageStep<TTransform>>(window.InputHeight, window.InputWidth, channels, window.PadTop, window.PadLeft).Run(
            image, band, Tiles(band), firstTile, tiles, firstChannel, endChannel, v, channels, pointStep, scratch);
    }

    /// <summary>Computes the outputs of some tiles of a band, at most <see cref="PassTiles"/>, for some filters.</summary>
    public void Multiply(
        float* v, nint pointStep, float* kernel, float* bias, WinogradBand band, int firstTile, int tiles,
        int firstFilter, int endFilter, WinogradTarget target, float* scratch)
    {
        var products = scratch + LaneFloats;
        var step = ProductStep(PassTiles);
        for (var filter = firstFilter; filter < endFilter; filter += WinogradPanels.Width)
        {
            MultiplyPoints(v, pointStep, tiles, kernel, filter, 0, Size * Size, products, step);
            Finish(products, step, bias, band, firstTile, tiles, filter, target, scratch);
        }
    }

    /// <summary>Computes the products V · U of some tiles and the panel that begins at a filter, at some of the n² points.</summary>
    public void MultiplyPoints(float* v, nint pointStep, int tiles, float* kernel, int filter, int firstPoint, int endPoint, float* products, nint productStep)
    {
        var width = panels.FiltersOf(filter);
        var pass = new ProductPass
        {
            V = v,
            PointStep = pointStep,
            Channels = channels,
            Tiles = tiles,
            ProductStep = productStep,
            FirstPoint = firstPoint,
            EndPoint = endPoint,
            Width = width,
            Kernel = kernel + panels.Start(filter) - filter,
            Products = products - filter,
        };
        Columns.Sweep(filter, filter + width, ref pass);
    }

    /// <summary>Computes the outputs of some tiles of a band for the panel that begins at a filter, from the products at all points.</summary>
    public void Finish(
        float* products, nint productStep, float* bias, WinogradBand band, int firstTile, int tiles, int filter, WinogradTarget target, float* scratch)
    {
        var pass = new OutputPass
        {
            Tiles = Tiles(band),
            FirstTile = firstTile,
            Count = tiles,
            Rows = band.Rows,
            Width = window.OutputWidth,
            ProductStep = productStep,
            Products = products - filter,
            Bias = bias,
            Epilogue = epilogue,
            Target = target,
            Scratch = scratch,
        };
        Columns.Sweep(filter, filter + panels.FiltersOf(filter), ref pass);
    }

    /// <summary>The n² matrix products [tiles, channels] · [channels, filters of the panel].</summary>
    private struct ProductPass : IColumnPass
    {
        public float* V;
        public float* Kernel;
        public float* Products;
        public nint PointStep;
        public nint ProductStep;
        public int Channels;
        public int Tiles;
        public int Width;
        public int FirstPoint;
        public int EndPoint;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var sums = WinogradSums.Of<TTransform>(Channels);
            for (var point = FirstPoint; point < EndPoint; point++)
            {
                var kernel = Kernel + (point * (nint)Channels * Width);
                for (int channel = 0, length; channel < Channels; channel += length)
                {
                    length = sums.Next(Channels - channel);
                    var walk = Walk.InPieces(length, sums.Piece, 1, Width);
                    var start = channel == 0 ? TileStart.Zero : TileStart.Output;
                    var block = kernel + ((nint)channel * Width);
                    var prefetch = new Prefetch(block + column + (length * Width), length * Width, Tiles, length);
                    var frame = new TileFrame(walk, block, start, null, Epilogue.None, prefetch: prefetch, inPieces: sums.InPieces);
                    TileRows rows = default;
                    float* v = V + (point * PointStep) + channel, product = Products + (point * ProductStep);
                    for (int left = Tiles, count; left > 0; left -= count)
                    {
                        count = Tile.Next(left);
                        for (var r = 0; r < count; r++, v += Channels, product += WinogradPanels.Width) rows.Set(r, v, product);
                        Tile.Run<TVector, TSimd, TVectors>(count, rows, frame, column);
                        rows.Number++;
                    }
                }
            }
        }
    }

    /// <summary>
    /// The outputs of all tiles for a block of filters: transforms columns, then rows, then adds the bias and applies the epilogue within the band.
    /// </summary>
    private struct OutputPass : IColumnPass
    {
        public WinogradTiles Tiles;
        public WinogradTarget Target;
        public float* Products;
        public float* Bias;
        public float* Scratch;
        public nint ProductStep;
        public Epilogue Epilogue;
        public int FirstTile;
        public int Count;
        public int Rows;
        public int Width;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            nint lanes = TSimd.Count;
            for (var tile = 0; tile < Count; tile++)
            {
                var (image, row, left) = Tiles[FirstTile + tile];
                var target = Target.Start + (image * Target.ImageStep) + (row * Target.RowStep) + (left * Target.PixelStep) + column;
                var products = Products + (tile * WinogradPanels.Width) + column;
                for (var vector = 0; vector < TVectors.Value; vector++)
                {
                    var bias = Bias == null ? default : TSimd.Load(Bias + column + (vector * lanes));
                    var (height, width) = (Math.Min(TTransform.Outputs, Rows - row), Math.Min(TTransform.Outputs, Width - left));
                    OneTile<TVector, TSimd>(products + (vector * lanes), bias, target + (vector * lanes), height, width);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void OneTile<TVector, TSimd>(float* products, TVector bias, float* target, int height, int width)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
        {
            nint size = TTransform.Outputs + 2, lanes = TSimd.Count;
            var outputs = Scratch + (size * size * lanes);
            for (var x = 0; x < size; x++)
                TTransform.Output<TVector, TSimd>(products + (x * ProductStep), size * ProductStep, Scratch + (x * lanes), size * lanes);
            for (var y = 0; y < height; y++, target += Target.RowStep)
            {
                TTransform.Output<TVector, TSimd>(Scratch + (y * size * lanes), lanes, outputs, lanes);
                for (var x = 0; x < width; x++)
                {
                    var value = TSimd.Add(TSimd.Load(outputs + (x * lanes)), bias);
                    TSimd.Store(Epilogue.Apply<TVector, TSimd>(value), target + (x * Target.PixelStep));
                }
            }
        }
    }
}
