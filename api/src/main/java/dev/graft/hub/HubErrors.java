package dev.graft.hub;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What can go wrong with the hub, in words. */
record HubErrors(HubSettings settings) {
  GraftException refused(HubModel model, URI uri, HttpResponse<?> response) {
    int status = response.statusCode();
    String code = response.headers().firstValue("X-Error-Code").orElse("");
    String found =
        "HTTP status %s%s for %s"
            .formatted(
                status,
                response
                    .headers()
                    .firstValue("X-Error-Message")
                    .map(m -> " (" + m + ")")
                    .orElse(""),
                uri);
    if (code.equals("GatedRepo") || status == 403) {
      return error(
          model + " may not be read: its authors grant access one by one.",
          settings.token().isPresent()
              ? "a token of an account that has been granted access"
              : "a token, which the environment variable HF_TOKEN holds",
          found,
          "ask for access at %s/%s, and set HF_TOKEN to a token that may read the model"
              .formatted(settings.endpoint(), model.id()));
    }
    if (code.equals("RevisionNotFound")) {
      return error(
          "%s has no revision '%s'.".formatted("hf:" + model.id(), model.revision()),
          "a branch, a tag or a whole commit hash",
          found,
          "see the branches and commits at %s/%s".formatted(settings.endpoint(), model.id()));
    }
    if (status == 401) {
      // The hub answers so for names that do not exist, too, lest it betray private ones.
      return error(
          model + " can't be read: there is no such model, or it is private or gated.",
          settings.token().isPresent()
              ? "a valid token that may read the model"
              : "a public model, or a token in the environment variable HF_TOKEN",
          found,
          "check the name, or set HF_TOKEN to a token that may read the model");
    }
    return error(
        status == 404
            ? "%s was not found on the hub.".formatted(model)
            : "%s can't be read from the hub.".formatted(model),
        "a model's repository at %s/%s".formatted(settings.endpoint(), model.id()),
        found,
        status == 404
            ? "check the name and the revision"
            : "see the model's page, or try again later");
  }

  /** An answer that no hub would give. */
  GraftException noHub(URI uri, String expected, String found) {
    String shown = found.length() > 200 ? found.substring(0, 200) + "..." : found;
    return error(
        "%s is not what a Hugging Face hub answers.".formatted(uri),
        expected,
        shown,
        "check HF_ENDPOINT, and that no proxy or login page stands in between");
  }

  GraftException unreachable(HubModel model, IOException reason) {
    GraftException error =
        GraftException.machine("The hub can't be reached for %s.", model)
            .expected(
                "an answer of %s, or the model in the cache %s",
                settings.endpoint(), settings.cache())
            .found((Object) settings.hidden(reason(reason)));
    return settings
        .proxies()
        .of(settings.endpoint())
        .map(proxy -> error.line("through", "the proxy " + proxy))
        .orElse(error)
        .remedy(
            "check the network; behind a proxy, set HTTPS_PROXY to its address; the cache of another"
                + " machine can be copied here, too")
        .causedBy(reason);
  }

  GraftException notCached(HubModel model, Path folder) {
    return error(
        "%s is not in the cache, and HF_HUB_OFFLINE forbids to download it.".formatted(model),
        "config.json and all weights of the revision in " + folder,
        Files.isDirectory(folder) ? "not all of them" : "no such folder",
        "unset HF_HUB_OFFLINE, or copy the cache from where the model was downloaded");
  }

  GraftException brokenOff(HubModel model, HubFile file, long bytes, IOException reason) {
    return GraftException.machine("The download of %s from %s breaks off.", file.name(), model)
        .expected("%d bytes", file.size())
        .found((Object) settings.hidden(found(bytes, reason)))
        .remedy(
            bytes == 0
                ? "try again later"
                : "try again: what has arrived is kept, and the download goes on from there")
        .causedBy(reason);
  }

  private static String found(long bytes, IOException reason) {
    return bytes == 0 ? reason(reason) : "%s bytes, then: %s".formatted(bytes, reason(reason));
  }

  GraftException wrongChecksum(HubModel model, HubFile file, String found) {
    return GraftException.machine(
            "The download of %s from %s is damaged and was discarded.", file.name(), model)
        .expected("the checksum %s", file.etag())
        .found(found)
        .remedy("try again; if it happens again, a proxy or mirror in between alters the file");
  }

  GraftException noRoom(HubModel model, long needed, long usable) {
    return GraftException.machine("The disk has no room for %s.", model)
        .expected("%s in %s", megabytes(needed), settings.cache())
        .found(megabytes(usable))
        .remedy("make room, or choose another folder by the environment variable HF_HOME");
  }

  GraftException cache(IOException reason) {
    return GraftException.machine("The hub's cache %s can't be used.", settings.cache())
        .found(
            "%s%s",
            reason instanceof FileSystemException e ? e.getFile() + ": " : "",
            Folders.reason(reason))
        .remedy(
            "check that nothing is in its place, the folder may be written and the disk has room, or"
                + " choose another by the environment variable HF_HOME")
        .causedBy(reason);
  }

  static GraftException interrupted(InterruptedException reason) {
    Thread.currentThread().interrupt();
    return GraftException.machine("The download was interrupted.")
        .remedy("what has arrived is kept: the next one goes on from there")
        .causedBy(reason);
  }

  /** Why something failed; the JDK's client gives failed connections no message. */
  static String reason(IOException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof UnresolvedAddressException) {
        return "the host's name is not known";
      }
    }
    String name = e.getClass().getSimpleName();
    if (e.getMessage() == null) {
      return e instanceof ConnectException ? "no connection" : name;
    }
    return e.getClass() == IOException.class ? e.getMessage() : name + ": " + e.getMessage();
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000 + 1);
  }

  private GraftException error(String what, String expected, String found, String remedy) {
    return GraftException.input(settings.hidden(what))
        .expected((Object) expected)
        .found((Object) settings.hidden(found))
        .remedy((Object) remedy);
  }
}
