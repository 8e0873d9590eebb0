package dev.graft.harness.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.hub.HubListing;
import dev.graft.methods.Methods;
import dev.graft.testing.HubServer;
import dev.graft.testing.PluginJar;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What comes from elsewhere: a hub's list of files, and JARs of plugins. */
final class OutsideReaders implements AutoCloseable {
  private static final String SERVICES = "services.txt";
  private final HubServer server = new HubServer();
  private final Path folder;

  OutsideReaders(Path folder) {
    this.folder = folder;
  }

  List<Reader> all() throws IOException {
    return List.of(hub(), cache(), partial(), jar(), services());
  }

  private Reader hub() throws IOException {
    Path in = Fuzz.folder(folder, "hub");
    Path model = TinyModel.write(in.resolve("model"), true);
    server
        .small("config.json", Files.readString(model.resolve("config.json")))
        .small("README.md", "# Tiny")
        .large("model.safetensors", Files.readAllBytes(model.resolve("model.safetensors")));
    Files.writeString(
        in.resolve("listing.json"),
        """
        {"id": "%s", "sha": "%s", "private": false,
         "siblings": [{"rfilename": "config.json"}, {"rfilename": "README.md", "size": 6},
                      {"rfilename": "model.safetensors"}]}"""
            .formatted(HubServer.ID, HubServer.COMMIT));
    Source listing = Source.of(in, "listing.json", new JsonMutator().or(new ByteMutator()));
    return new Reader(
        "hub: listing",
        in,
        List.of(listing),
        at -> {
          server.refuse("/api/models/", 200, Map.of(), text(at.resolve("listing.json")));
          HubListing.download(server, at.resolve("home"));
        });
  }

  /** A model that is there whole, and no hub to be asked for it. */
  private Reader cache() throws IOException {
    Path home = Fuzz.folder(folder, "hub cache");
    HubListing.fill(server, home);
    String model = "hub/models--%s/".formatted(HubServer.ID.replace("/", "--"));
    Files.writeString(home.resolve("token"), "hf_abc\n");
    return new Reader(
        "hub: cache",
        home,
        List.of(
            Source.of(home, model + "refs/main", new TextMutator("/. ").or(new ByteMutator())),
            Source.of(home, "token", new TextMutator("_ ").or(new ByteMutator()))),
        at -> HubListing.cached(server, at));
  }

  /** A download that was interrupted goes on. */
  private Reader partial() throws IOException {
    Path in = Fuzz.folder(folder, "hub partial");
    byte[] whole = server.contents("model.safetensors");
    Files.write(in.resolve("partial"), Arrays.copyOf(whole, whole.length / 2));
    String blob =
        "home/hub/models--%s/blobs/%s.graft.incomplete"
            .formatted(HubServer.ID.replace("/", "--"), server.etag("model.safetensors"));
    return new Reader(
        "hub: interrupted download",
        in,
        List.of(Source.of(in, "partial", new ByteMutator())),
        at -> {
          server.refuse("no request", 200, Map.of(), "");
          Files.createDirectories(at.resolve(blob).getParent());
          Files.copy(at.resolve("partial"), at.resolve(blob));
          HubListing.download(server, at.resolve("home"));
        });
  }

  private Reader jar() throws IOException {
    Path in = Fuzz.folder(folder, "jar");
    Path jar = PluginJar.ofMethod(in, "made").write("plugin.jar");
    return new Reader(
        "plugin: JAR",
        in,
        List.of(Source.of(in, "plugin.jar", new ByteMutator())),
        at -> find(jar));
  }

  private Reader services() throws IOException {
    Path in = Fuzz.folder(folder, "services");
    Files.writeString(in.resolve(SERVICES), "# methods\nplugin.Made\nplugin.Other # no such\n");
    PluginJar made = PluginJar.ofMethod(in, "made");
    return new Reader(
        "plugin: service file",
        in,
        List.of(Source.of(in, SERVICES, new TextMutator(". ").or(new ByteMutator()))),
        at -> find(made.serving(text(at.resolve(SERVICES))).write("plugin.jar")));
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8);
  }

  private static void find(Path jar) throws IOException {
    try (URLClassLoader loader = PluginJar.loaderOfNoOthers(jar)) {
      Methods.find(loader).broken();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
