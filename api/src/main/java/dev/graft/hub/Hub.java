package dev.graft.hub;

import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import dev.graft.files.Quantisation;
import dev.graft.files.ShardIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Models of the Hugging Face hub. They are downloaded into the cache that huggingface_hub and
 * transformers use, and what these have downloaded is taken from there: configuration, tokenizer
 * and weights, these as pickles only where there are no safetensors.
 *
 * <p>Threads and processes may ask for the same model at once. A download that was interrupted goes
 * on where it ended; every file is compared with its checksum before it appears in the cache.
 */
public final class Hub {
  private final HubSettings settings;
  private final HubListener listener;
  private final HubTransfer.Retry retry;
  private final HubErrors errors;
  private final HubClient client;

  /** A hub that is asked when a model is. */
  Hub(HubSettings settings, HubListener listener) {
    this(settings, listener, HubTransfer.Retry.DEFAULT);
  }

  Hub(HubSettings settings, HubListener listener, HubTransfer.Retry retry) {
    this.settings = settings;
    this.listener = listener;
    this.retry = retry;
    this.errors = new HubErrors(settings);
    this.client = new HubClient(settings, retry.stall());
  }

  /**
   * {@return the hub that this process's environment variables describe, as huggingface_hub reads
   * them}
   *
   * @param listener is told how downloads get on
   * @throws GraftException if the hub's address is none, or a stored token can't be read
   */
  public static Hub ofEnvironment(HubListener listener) {
    return new Hub(HubSettings.of(System.getenv()), listener);
  }

  /**
   * Has whatever else this process downloads, such as DJL the libraries of PyTorch, take the
   * proxies of the environment too, as far as they want no password. For applications: it is a
   * setting of the whole process.
   */
  public static void useProxiesForAll() {
    ProxySelector.setDefault(new HubProxies(System.getenv(), ProxySelector.getDefault()));
  }

  /**
   * {@return a model that is in the cache, after it was downloaded if need be} A branch or tag is
   * looked up each time, and taken as it was last known if the hub can't be reached; a commit that
   * is there whole needs no network.
   *
   * @param model at any revision
   * @throws GraftException if there is no such model, it may not be read, has no weights that Graft
   *     reads, or can't be downloaded or stored
   */
  public HubSnapshot download(HubModel model) {
    return download(model, Extent.MODEL);
  }

  /**
   * {@return a model's {@code config.json}, without its weights}
   *
   * @param model at any revision
   * @throws GraftException as {@link #download}, save that weights may be missing
   */
  public JsonFile configuration(HubModel model) {
    return JsonFile.read(download(model, Extent.CONFIGURATION).folder().resolve(HubFiles.CONFIG));
  }

  /** How much of a model is wanted. */
  private enum Extent {
    CONFIGURATION {
      @Override
      boolean isCached(HubFiles files) {
        return files.holdConfiguration();
      }

      @Override
      boolean isWhole(HubFiles files) {
        return files.holdConfiguration();
      }
    },
    MODEL {
      @Override
      boolean isCached(HubFiles files) {
        return files.holdModel();
      }

      @Override
      boolean isWhole(HubFiles files) {
        return files.areWhole();
      }
    };

    /** Whether what is in the cache serves where the hub can't be asked. */
    abstract boolean isCached(HubFiles files);

    /** Whether nothing could be missing. */
    abstract boolean isWhole(HubFiles files);
  }

  private HubSnapshot download(HubModel model, Extent extent) {
    HubCache cache = new HubCache(settings.cache(), model.id());
    try {
      if (settings.offline()) {
        return cached(cache, model, extent)
            .orElseThrow(() -> errors.notCached(model, cache.model()));
      }
      if (model.isPinned() && extent.isWhole(new HubFiles(cache, model.revision()))) {
        return snapshot(cache, model);
      }
      HubClient.Listing listing;
      try {
        listing = client.listing(model);
      } catch (IOException e) {
        HubSnapshot earlier =
            cached(cache, model, extent).orElseThrow(() -> errors.unreachable(model, e));
        listener.unreachable(earlier.model(), HubErrors.reason(e));
        return earlier;
      }
      HubSnapshot snapshot = snapshot(cache, model.at(listing.commit()));
      load(cache, model, snapshot.model(), listing.files(), extent);
      cache.remember(model.revision(), listing.commit());
      return snapshot;
    } catch (IOException e) {
      throw errors.cache(e);
    } catch (UncheckedIOException e) {
      throw errors.cache(e.getCause());
    }
  }

  private static HubSnapshot snapshot(HubCache cache, HubModel pinned) {
    return new HubSnapshot(pinned, cache.snapshot(pinned.revision()));
  }

  private static Optional<HubSnapshot> cached(HubCache cache, HubModel model, Extent extent)
      throws IOException {
    Optional<String> commit =
        model.isPinned() ? Optional.of(model.revision()) : cache.commit(model.revision());
    return commit
        .filter(known -> extent.isCached(new HubFiles(cache, known)))
        .map(known -> snapshot(cache, model.at(known)));
  }

  /** Loads all that is needed of a commit, the weights last, and none that could not be read. */
  private void load(
      HubCache cache, HubModel model, HubModel pinned, List<String> listed, Extent extent)
      throws IOException {
    HubFiles files = new HubFiles(cache, pinned.revision());
    HubFiles.require(model, listed, HubFiles.CONFIG);
    new HubDownload(client, errors, cache, pinned, retry, HubListener.NONE)
        .load(List.of(HubFiles.CONFIG)); // Too small to tell of.
    if (extent == Extent.CONFIGURATION) {
      return;
    }
    Path folder = cache.snapshot(pinned.revision());
    Quantisation.refuse(folder, JsonFile.read(folder.resolve(HubFiles.CONFIG)));
    HubDownload download = new HubDownload(client, errors, cache, pinned, retry, listener);
    String weights = HubFiles.weights(model, listed);
    List<String> names = new ArrayList<>(HubFiles.SMALL);
    names.retainAll(listed);
    names.add(weights);
    download.load(names);
    if (ShardIndex.isNamed(weights)) {
      Set<String> shards = files.shards(weights);
      shards.forEach(shard -> HubFiles.require(model, listed, shard));
      download.load(shards);
    }
  }
}
