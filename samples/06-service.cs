// A model in a web service: one classifier for all requests, called by several clients at once.
//   dotnet run samples/06-service.cs
#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false
using System.Globalization;
using Fovea;
using Fovea.Imaging;

// 1. A model. One from a file, Model.Load("mine.keras"), has its preprocessing and the names of its classes too.
var model = new Sequential
{
    new Input(28, 28, 1),
    new Conv2D(16, 3, activation: Activation.Relu),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(10, Activation.Softmax),
};
model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
model.Fit(new DrawnDigits(4_000), epochs: 2);

// 2. The service: the body of a request is an image, which is read without blocking a thread. A body that is not an image is the client's error.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSingleton(new ImageClassifier(model));
await using var app = builder.Build();
app.MapPost("/classify", async (HttpRequest request, ImageClassifier classifier, CancellationToken cancellationToken) =>
{
    try
    {
        var best = (await classifier.PredictAsync(request.Body, cancellationToken))[0];
        return Results.Text(string.Create(CultureInfo.InvariantCulture, $"{best.Name}, {100 * best.Probability:0.0} %"));
    }
    catch (InvalidDataException error)
    {
        return Results.BadRequest(error.Message);
    }
});
await app.StartAsync();

// 3. Four clients at once with five images each, and one that sends something else.
var folder = Directory.CreateTempSubdirectory("fovea-service").FullName;
ImageFolderWriter.Write(new DrawnDigits(20, seed: 1), folder);
var images = Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Chunk(5);
using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
await Task.WhenAll(images.Select(async batch =>
{
    foreach (var file in batch)
    {
        using var answer = await http.PostAsync("/classify", new ByteArrayContent(File.ReadAllBytes(file)));
        Console.WriteLine($"an image of {Path.GetFileName(Path.GetDirectoryName(file))} is classified as {await answer.Content.ReadAsStringAsync()}");
    }
}));
using var refused = await http.PostAsync("/classify", new StringContent("not an image"));
Console.WriteLine($"{(int)refused.StatusCode}: {await refused.Content.ReadAsStringAsync()}");
Directory.Delete(folder, recursive: true);
await app.StopAsync();
