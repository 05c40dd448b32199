namespace Fovea;

/// <summary>One of ImageNet's classes and its score; see <see cref="Applications.DecodePredictions"/>.</summary>
/// <param name="WordNetId">The number of the class in WordNet, as in <c>n01440764</c>.</param>
/// <param name="Name">Its name, as in <c>tench</c>.</param>
/// <param name="Score">The score that the network gives it.</param>
public sealed record ImageNetPrediction(string WordNetId, string Name, float Score);
