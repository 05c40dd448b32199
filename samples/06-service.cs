// A model in a service: one classifier for all requests, which several clients ask at once.
//   dotnet run samples/06-service.cs
#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false
using System.Globalization;
using Fovea;
using Fovea.Imaging;

// 1. A model. One from a file, Model.Load("mine.keras"), knows as well how it takes pictures and what its classes are called.
var model = new Sequential
{
    new Input(28, 28, 1),
    new Conv2D(16, 3, activation: Activation.Relu),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(10, Activation.Softmax),
};
model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, Metric.Accuracy);
model.Fit(new DrawnDigits(4_000), epochs: 2);

// 2. The service: a picture comes as the body of a request and is read without a thread that waits; what is no picture is the client's mistake.
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

// 3. Four clients at once, five pictures each, and one that sends something else.
var folder = Directory.CreateTempSubdirectory("fovea-service").FullName;
ImageFolderWriter.Write(new DrawnDigits(20, seed: 1), folder);
var pictures = Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Chunk(5);
using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
await Task.WhenAll(pictures.Select(async own =>
{
    foreach (var file in own)
    {
        using var answer = await http.PostAsync("/classify", new ByteArrayContent(File.ReadAllBytes(file)));
        Console.WriteLine($"a {Path.GetFileName(Path.GetDirectoryName(file))} is seen as {await answer.Content.ReadAsStringAsync()}");
    }
}));
using var refused = await http.PostAsync("/classify", new StringContent("not a picture"));
Console.WriteLine($"{(int)refused.StatusCode}: {await refused.Content.ReadAsStringAsync()}");
Directory.Delete(folder, recursive: true);
await app.StopAsync();
