namespace Fovea.Cli;

/// <summary>Refuses options that contradict each other or do not fit the network, before anything is read.</summary>
internal static class PlanRules
{
    /// <exception cref="CommandException">An option does not fit.</exception>
    public static void Require(TrainRequest request, TrainingSource source, string network)
    {
        if (request.Base is null) RequireNew(request, source, network);
        else RequireTransfer(request, source);
        if (network != SmallNetwork.ResNet)
        {
            Refuse(request.Widths is not null && network != SmallNetwork.UNet, "--widths", network);
            Refuse(request.Blocks is not null, "--blocks", network);
            Refuse(request.Dropout is not null && network != SmallNetwork.UNet, "--dropout", network);
            Refuse(request.Oversize is not null, "--oversize", network);
            Refuse(request.Progressive is not null || request.ProgressiveEpochs is not null, "--progressive", network);
        }

        if (request.Time is not null && (request.Base is not null || !NetworkCode.Networks.Contains(network) || !source.HasImages))
            throw new CommandException(
                $"--time: expected a folder of images, and one of the networks {SmallNetwork.Auto}, {string.Join(", ", NetworkCode.Networks)}; received "
                    + $"'{request.Data}' and '{network}'. Use --epochs.");

        var optimizer = request.Optimizer ?? (network is SmallNetwork.ResNet or SmallNetwork.UNet ? "adamw" : "another");
        if (optimizer != "adamw" && (request.WeightDecay > 0 || request.Averaging > 0))
            throw new CommandException($"{(request.WeightDecay > 0 ? "--weight-decay" : "--ema")}: expected with --optimizer adamw.");
        if (request.FlipsAtTest == true && (source is not (ImageSource or ListSource) || network == BookMnist.Name))
            throw new CommandException($"--test-flip: expected with a folder of images; received '{request.Data}' and '{network}'.");
        if (request.Oversize is not null and not 1 && request.Recipe is { } recipe && !recipe.TakesParts())
            throw new CommandException($"--oversize: expected with --recipe standard or strong, which take parts of the images; received "
                    + $"{recipe.ToString().ToLowerInvariant()}.");
        if (request.Progressive is { } shares && shares.Zip(shares.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new CommandException("--progressive: expected shares that rise, as in 0.5,0.75.");
        if (request is { Time: not null, Epochs: not null })
            throw new CommandException("--time: expected without --epochs: the time decides how many epochs there are.");
        if (request is { StopAfter: { } stop, Epochs: { } epochs } && stop > epochs)
            throw new CommandException($"--stop-after: expected at most the number of --epochs, {epochs}; received {stop}.");
    }

    private static void RequireNew(TrainRequest request, TrainingSource source, string network)
    {
        if (request.FineTuneFrom is not null || request.FineTuneEpochs is not null)
            throw new CommandException("--fine-tune-from: expected with --base FILE, a pretrained network.");
        if (source is MaskSource && Networks.IsNamed(network) && network != SmallNetwork.UNet)
            throw new CommandException($"--model: expected {SmallNetwork.UNet} or a model file for images and masks; received {network}.");
        if (source is not MaskSource && network == SmallNetwork.UNet)
            throw new CommandException($"--model: expected a folder of images and masks for {SmallNetwork.UNet}; '{request.Data}' has no masks.");
        var isForImages = network is BookCatsDogs.Name or SmallNetwork.ResNet or SmallNetwork.MiniXception;
        if ((!source.HasImages || network == BookMnist.Name) && (request.Recipe is not null || request.Flip is not null))
            throw new CommandException(
                $"{(request.Recipe is not null ? "--recipe" : "--flip")}: expected with a folder of images, and any network but {BookMnist.Name}; received "
                    + $"'{request.Data}' and '{network}'.");
        if (isForImages && network != BookCatsDogs.Name && source is not (ImageSource or ListSource))
            throw new CommandException($"--model: expected a folder of images for {network}; '{request.Data}' is none. Use --model {BookMnist.Name}.");
        if (request.InputShape is { } shape && network is SmallNetwork.ResNet or SmallNetwork.MiniXception)
        {
            if (shape is not { Rank: 3 } || shape[2] is not (1 or 3) || Math.Min(shape[0], shape[1]) < 16)
                throw new CommandException(
                    $"--input-shape: expected height and width of at least 16 pixels and 1 or 3 channels, as in 128,128,3; received "
                        + $"{string.Join(',', shape.Dimensions.ToArray())}.");
        }
    }

    private static void RequireTransfer(TrainRequest request, TrainingSource source)
    {
        if (request is { FindLearningRate: true, FineTuneFrom: not null })
            throw new CommandException("--find-learning-rate: expected without --fine-tune-from; with --base it looks for the head's rate.");
        if (request.Backup is not null) throw new CommandException("--backup: expected without --base, which runs several trainings.");
        if (source is not (ImageSource or ListSource)) throw new CommandException($"--base: expected with a folder of images; '{request.Data}' is none.");
        if (request.Model is not null) throw new CommandException("--base: expected without --model: the new network consists of the base and a head.");
        if (request.FineTuneEpochs is not null && request.FineTuneFrom is null)
            throw new CommandException("--fine-tune-epochs: expected with --fine-tune-from LAYER.");
    }

    private static void Refuse(bool isGiven, string option, string network)
    {
        if (isGiven) throw new CommandException($"{option}: expected with the network {SmallNetwork.ResNet}; '{network}' has its own layers.");
    }
}
