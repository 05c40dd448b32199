using System.CommandLine;

namespace Fovea.Cli;

/// <summary>The options of <c>fovea train</c> that decide how a network is built and trained. What they leave open, the data decide.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<TimeSpan?> time = new Option<TimeSpan?>("--time")
    {
        Description = "The time that the whole command may take, as in 10m, 90s or 1h30m. Measures the speed of this machine first, then chooses the number "
            + "of epochs, and with auto the size of the images, and prints them as options [default: a schedule for the number of images, "
            + "whose duration is printed first]",
        HelpName = "TIME",
    }.Duration();

    private readonly Option<bool> showCode = new("--show-code")
    {
        Description = "Do not train. Print a complete C# program that trains the same model with the packages, bit for bit",
    };

    private readonly Option<string?> recipe = Choice(
        "--recipe", "How training images are varied at random. plain: not at all; gentle: small shifts, brightness and contrast, for numbers that a flip, a "
            + "rotation or another size would change; book: flips, rotations and zooms as in the book; standard: flips, parts of at least a third of an "
            + "image, small rotations, brightness and contrast; strong: more of these, other colors, erased rectangles and mixed images, for long "
            + "trainings [default: standard; book for mini-xception and --base; gentle for a regression]",
        "plain", "gentle", "book", "standard", "strong");

    private readonly Option<string?> flip = Choice(
        "--flip", "How images may be flipped at random: horizontal for photographs, both for images without an upright direction, as from a microscope or a "
            + "satellite; none for letters and signs [default: horizontal; none if the classes are single letters, are named left or right, or are "
                + "exchanged by a mirror, and for a regression]",
        "none", "horizontal", "both");

    private readonly Option<double?> oversize = new Option<double?>("--oversize")
    {
        Description = "With resnet-small: keep training images this many times larger than the network's input, from 1 to below 4. The recipe takes parts of "
            + "them, which are sharper then [default: 1]",
        HelpName = "X",
    }.Within(1, 4);

    private readonly Option<IReadOnlyList<double>?> progressive = new Option<IReadOnlyList<double>?>("--progressive")
    {
        Description = "With resnet-small: begin the training on smaller images, of this share of the height and width, or of several shares one after "
            + "another; it ends on images of the whole size, unless --progressive-epochs is 1. 1: all epochs on images of the whole size "
            + "[default: 0.667,0.889 from 96 pixels on; else 1]",
        HelpName = "X,X,…",
    }.Shares("0.5,0.75");

    private readonly Option<double?> progressiveEpochs = new Option<double?>("--progressive-epochs")
    {
        Description = "With --progressive: the share of the epochs on smaller images; 1 for all, so that predictions have larger images than "
            + "the training [default: 0.5; 1 without --progressive]",
        HelpName = "X",
    }.Within(0, 1);

    private readonly Option<string?> schedule = Choice(
        "--schedule", "The learning rate over the training: one-cycle rises from a 25th of --learning-rate to it, then falls to almost 0 "
            + "[default: one-cycle for auto and book-catsdogs, else constant]",
        "constant", "one-cycle");

    private readonly Option<double?> weightDecay = new Option<double?>("--weight-decay")
    {
        Description = "With adamw: the decay of the weights, but not of biases and normalizations [default: 0.05 for auto]",
        HelpName = "X",
    }.Within(0, 1);

    private readonly Option<double?> labelSmoothing = new Option<double?>("--label-smoothing")
    {
        Description = "The share of the target that is spread over all classes, so that the network does not become too sure [default: 0.1 for auto with one "
            + "class for each image, else 0]",
        HelpName = "X",
    }.Within(0, 1);

    private readonly Option<double?> averaging = new Option<double?>("--ema")
    {
        Description = "With adamw: keep a moving average of the weights, of which each step keeps this share, instead of the best epoch; 0 for none [default: "
            + "for auto a share that averages the last twentieth of the steps]",
        HelpName = "X",
    }.Within(0, 1);

    private readonly Option<string?> testFlip = Choice(
        "--test-flip", "Save a model that averages its predictions for an image and its mirror image: usually more accurate; predictions take twice as long "
            + "[default: on for auto and book-catsdogs if --flip allows it, else off]",
        "on", "off");

    private readonly Option<IReadOnlyList<int>?> widths = new Option<IReadOnlyList<int>?>("--widths")
    {
        Description = "With resnet-small and unet: the filters of each stage [default: 32,64,128,256; 16,32,64,128,256 for unet]",
        HelpName = "N,N,…",
    }.Wholes("32,64,128,256");

    private readonly Option<IReadOnlyList<int>?> blocks = new Option<IReadOnlyList<int>?>("--blocks")
    {
        Description = "With resnet-small: the residual blocks of each stage [default: 1,2,2,1]",
        HelpName = "N,N,…",
    }.Wholes("1,2,2,1");

    private readonly Option<double?> dropout = new Option<double?>("--dropout")
    {
        Description = "With resnet-small: the share of the features that are set to zero before the last layer in training [default: 0.3]; with unet at its "
            + "lowest level [default: 0.2]",
        HelpName = "X",
    }.Within(0, 1);

    private readonly Option<int?> stopAfter = CommandOptions.OptionalNumber(
        "--stop-after", "End the training after this epoch, with the schedule of all --epochs [default: all epochs]");

    private readonly Option<string?> augmentation =
        CommandOptions.Removed("--augmentation", "use --recipe plain instead of off, and --recipe standard instead of on");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[time, recipe, flip, showCode]) command.Add(option);
    }

    /// <summary>Adds the options that few people need, after the others.</summary>
    public void AddDetailsTo(Command command)
    {
        foreach (var option in (Option[])[oversize, progressive, progressiveEpochs, schedule, weightDecay, labelSmoothing, averaging, testFlip, widths, blocks,
            dropout, stopAfter, augmentation])
            command.Add(option);
    }

    public TrainRequest Read(ParseResult parsed, TrainRequest request) => request with
    {
        Time = parsed.GetValue(time),
        ShowCode = parsed.GetValue(showCode),
        Recipe = Parse<AugmentationRecipe>(parsed.GetValue(recipe)),
        Flip = Parse<FlipChoice>(parsed.GetValue(flip)),
        Oversize = parsed.GetValue(oversize),
        Progressive = parsed.GetValue(progressive),
        ProgressiveEpochs = parsed.GetValue(progressiveEpochs),
        IsOneCycle = parsed.GetValue(schedule) switch { "one-cycle" => true, "constant" => false, _ => null },
        WeightDecay = parsed.GetValue(weightDecay),
        LabelSmoothing = parsed.GetValue(labelSmoothing),
        Averaging = parsed.GetValue(averaging),
        FlipsAtTest = parsed.GetValue(testFlip) switch { "on" => true, "off" => false, _ => null },
        Widths = parsed.GetValue(widths),
        Blocks = parsed.GetValue(blocks),
        Dropout = parsed.GetValue(dropout),
        StopAfter = parsed.GetValue(stopAfter),
    };

    private static T? Parse<T>(string? name)
        where T : struct, Enum => Enum.TryParse<T>(name, ignoreCase: true, out var value) ? value : null;

    private static Option<string?> Choice(string name, string description, params string[] choices)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', choices) };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }
}
