package dev.graft.hub;

/** Is told how a download gets on, in the thread that asked for it. */
public interface HubListener {
  /** Takes no notice. */
  HubListener NONE = new HubListener() {};

  /**
   * More has arrived. Called first before anything is asked for, then many times a second, and last
   * with {@code bytes} equal to {@code total}; of a model in shards, these come in a second such
   * run. Not called where all is there already.
   *
   * @param model as it was asked for
   * @param bytes of {@code total} that are on the disk, those of an earlier try included
   * @param total of the files that are wanted
   */
  default void progressed(HubModel model, long bytes, long total) {}

  /**
   * The hub did not answer, and an earlier download is taken from the cache.
   *
   * @param cached the model with the commit that is taken
   * @param reason why there was no answer
   */
  default void unreachable(HubModel cached, String reason) {}
}
