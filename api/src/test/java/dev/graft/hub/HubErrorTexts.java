package dev.graft.hub;

import static dev.graft.hub.HubFixture.MODEL;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.testing.ErrorTexts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Models of the Hugging Face hub: their names, what the hub answers, and downloads that fail. */
public final class HubErrorTexts {
  /** Downloads from a hub that something is wrong with. */
  private interface Downloading {
    void run(HubFixture hub) throws Exception;
  }

  private final ErrorTexts errors;
  private final Path folder;

  private HubErrorTexts(ErrorTexts errors, Path folder) {
    this.errors = errors;
    this.folder = folder.resolve("hub");
  }

  public static void addTo(ErrorTexts errors, Path folder) {
    HubErrorTexts all = new HubErrorTexts(errors, folder);
    all.addNamesAndSettings();
    all.addAnswers();
    all.addRepositories();
    all.addNetwork();
    all.addTransfers();
    all.addInterrupts();
    all.addCaches();
  }

  private void addNamesAndSettings() {
    errors.add("A model of the hub with two slashes", () -> HubModel.parse("hf:no/such/model"));
    errors.add("A model of the hub without its mark", () -> HubModel.parse("org/name"));
    errors.add(
        "An address of a hub without https",
        () -> HubSettings.of(Map.of("HF_ENDPOINT", "huggingface.co")));
    new TreeMap<>(
            Map.of("a line break", "\n", "a space", " ", "a typographic quotation mark", "\u201d"))
        .forEach(
            (name, letter) ->
                errors.add(
                    "A token with %s in it".formatted(name),
                    () -> HubSettings.of(Map.of("HF_TOKEN", "hf_first" + letter + "hf_second"))));
    errors.add(
        "An address of a hub with a password",
        () -> HubSettings.of(Map.of("HF_ENDPOINT", "https://user:pass/word@hub.example?x=hf_1")));
    errors.add(
        "A stored token that is no text",
        () -> {
          Files.write(folder.resolveSibling("token"), new byte[] {-1});
          HubSettings.of(Map.of("HF_HOME", folder.getParent().toString()));
        });
  }

  private void addAnswers() {
    Map<String, String> gated =
        Map.of("X-Error-Code", "GatedRepo", "X-Error-Message", "Access to model is restricted.");
    add("A gated model", hub -> refused(hub, 403, gated));
    add(
        "A gated model that a token's account may not read",
        hub -> refused(hub.set("HF_TOKEN", "hf_secret"), 403, gated));
    add("A private model, or none", hub -> refused(hub, 401, Map.of()));
    add(
        "A private model, or none, with a token",
        hub -> refused(hub.set("HF_TOKEN", "hf_secret"), 401, Map.of()));
    add(
        "A revision that a model does not have",
        hub -> {
          hub.server.refuse(404, Map.of("X-Error-Code", "RevisionNotFound"), "");
          hub.download(MODEL.at("v7"));
        });
    add("A model that the hub does not have", hub -> hub.download(HubModel.parse("hf:tiny/none")));
    add("A hub that refuses for another reason", hub -> refused(hub, 451, Map.of()));
    add(
        "A login page where the hub should be",
        hub -> {
          hub.server.refuse(200, Map.of(), "<html>Please log in</html>\n");
          hub.download();
        });
    add(
        "A hub that gives no checksum",
        hub -> {
          hub.server.refuse("/resolve/", 200, Map.of("ETag", "\"1\""), "");
          hub.download();
        });
  }

  private static void refused(HubFixture hub, int status, Map<String, String> headers) {
    hub.server.refuse(status, headers, "");
    hub.download();
  }

  private void addRepositories() {
    add(
        "A model of the hub without weights",
        hub -> {
          hub.server.remove("model.safetensors");
          hub.server.remove("pytorch_model.bin");
          hub.download();
        });
    add(
        "An adapter of the hub for a model",
        hub -> {
          hub.server.remove("config.json");
          hub.server.small("adapter_config.json", "{}");
          hub.download();
        });
    add(
        "A repository of the hub without a configuration",
        hub -> {
          hub.server.remove("config.json");
          hub.download();
        });
    add("A shard that the repository lacks", hub -> sharded(hub, "model-1.safetensors"));
    add("An index on the hub that names a pickle", hub -> sharded(hub, "pytorch_model.bin"));
  }

  private static void sharded(HubFixture hub, String shard) {
    hub.server.remove("model.safetensors");
    String map = "{\"weight_map\": {\"a\": \"%s\"}}".formatted(shard);
    hub.server.small("model.safetensors.index.json", map);
    hub.download();
  }

  private void addNetwork() {
    add(
        "A hub that cannot be reached",
        hub -> hub.set("HF_ENDPOINT", "http://localhost:1").download());
    add(
        "A hub whose name is not known",
        hub -> hub.set("HF_ENDPOINT", "http://nowhere.invalid").download());
    add(
        "A proxy that cannot be reached",
        hub -> throughProxy(hub, "http://user:secret@localhost:1").download());
    add(
        "A proxy of SOCKS",
        hub -> throughProxy(hub, "socks5://user:secret@localhost:1").download());
    add(
        "A proxy with a port that there is not",
        hub -> throughProxy(hub, "proxy:70000").download());
    add(
        "A proxy that wants another password",
        hub -> refused(throughProxy(hub, hub.server.endpoint()), 407, Map.of()));
    add(
        "A hub whose list of files does not end",
        hub -> {
          hub.stall();
          hub.server.stallListing();
          hub.download();
        });
    add("A hub that is down", hub -> refused(hub, 503, Map.of()));
    add("A hub that redirects for ever", hub -> refused(hub, 302, Map.of("Location", "/again")));
    add(
        "A hub that redirects to nowhere",
        hub -> refused(hub, 302, Map.of("Location", "ftp://localhost/x")));
    add(
        "A hub that lists files but does not describe them",
        hub -> {
          hub.server.refuse("/resolve/", 503, Map.of(), "");
          hub.download();
        });
    add("A model that is not cached, offline", hub -> hub.set("HF_HUB_OFFLINE", "1").download());
    add(
        "A model whose weights are not cached, offline",
        hub -> {
          Files.delete(hub.download().folder().resolve("model.safetensors"));
          hub.set("HF_HUB_OFFLINE", "1").download();
        });
  }

  private static HubFixture throughProxy(HubFixture hub, String proxy) {
    return hub.set("HF_ENDPOINT", "http://hub.test").set("HTTP_PROXY", proxy);
  }

  private void addTransfers() {
    add(
        "A transfer that stalls again and again",
        hub -> {
          hub.stall();
          hub.server.breakAfter(1000, 0, 0);
          hub.download();
        });
    add(
        "Weights that are damaged on their way",
        hub -> {
          hub.server.damage(true);
          hub.download();
        });
    add(
        "A small file with another checksum than Git's",
        hub -> {
          hub.server.misname("tokenizer.json");
          hub.download();
        });
    add(
        "Weights that are shorter than announced",
        hub -> {
          hub.server.announce("model.safetensors", 20_000);
          hub.download();
        });
  }

  private void addInterrupts() {
    add(
        "A download that is interrupted while it asks",
        hub -> {
          Thread.currentThread().interrupt();
          hub.download();
        });
    add(
        "A download that is interrupted while it waits",
        hub -> {
          hub.server.breakAfter(0, 0);
          Thread downloading = Thread.currentThread();
          Thread interrupting = new Thread(() -> interruptInSleep(downloading));
          interrupting.setDaemon(true);
          interrupting.start();
          HubSettings settings = HubSettings.of(hub.server.environment(hub.home));
          new Hub(settings, HubListener.NONE).download(MODEL);
        });
  }

  private static void interruptInSleep(Thread thread) {
    while (Arrays.stream(thread.getStackTrace())
        .noneMatch(frame -> frame.getClassName().endsWith("HubTransfer$Retry"))) {
      Thread.onSpinWait();
    }
    thread.interrupt();
  }

  private void addCaches() {
    add(
        "A disk without room for a model",
        hub -> {
          hub.server.announce("model.safetensors", 1L << 58);
          try {
            hub.download();
          } catch (GraftException e) {
            String found = e.getMessage().replaceFirst("(?s).*(found: \\S+ MB).*", "$1");
            errors.hiding(found, "found: N MB");
            throw e;
          }
        });
    add(
        "A file where the cache should be",
        hub -> {
          Files.writeString(hub.home, "");
          hub.download();
        });
    add(
        "A folder in the cache where a file should be",
        hub -> {
          Files.createDirectories(hub.partial());
          hub.download();
        });
  }

  private void add(String title, Downloading downloading) {
    errors.add(
        title,
        () -> {
          Folders.delete(folder);
          try (HubFixture hub = new HubFixture(folder)) {
            errors.hiding(hub.server.endpoint(), "http://hub");
            downloading.run(hub);
          } finally {
            Thread.interrupted();
          }
        });
  }
}
