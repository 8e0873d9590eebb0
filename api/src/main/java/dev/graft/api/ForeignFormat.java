package dev.graft.api;

import dev.graft.GraftException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How adapters of another library are read as grafts of a {@link PeftMethod}, and grafts written as
 * that library would. Names of sites are translated by {@link Host#moduleName} and {@link
 * Host#path}. The task head is none of its business: whoever calls takes it out before and puts it
 * in afterwards.
 */
public interface ForeignFormat {
  /** {@return the library whose files are read and written} */
  Library library();

  /**
   * {@return whether a configuration is that of an adapter which {@link #read} can make a graft of}
   *
   * @param configuration what stands in an {@code adapter_config.json}
   */
  boolean reads(Map<String, Object> configuration);

  /**
   * Makes a graft of an adapter.
   *
   * @param adapter as the files have it, without the task head
   * @param host whose sites the adapter's names are translated to
   * @return settings and tensors under the method's own names
   * @throws GraftException if the adapter uses what the method does not know, names sites that the
   *     host lacks, or tensors are missing or left over
   */
  StoredGraft read(Adapter adapter, Host host);

  /**
   * Writes a graft as the library would.
   *
   * @param graft its settings and saved tensors
   * @param host whose sites the graft's names begin with
   * @param languageModel whether the task is to predict tokens and not classes
   * @return the adapter without the task head
   * @throws GraftException if the library has no such adapter
   */
  Adapter write(StoredGraft graft, Host host, boolean languageModel);

  /** Libraries with a format of their own. */
  enum Library {
    /** Hugging Face PEFT. */
    PEFT("adapter_model.safetensors", Optional.empty()),
    /** AdapterHub's {@code adapters}. */
    ADAPTER_HUB("adapter.safetensors", Optional.of("model_head.safetensors"));

    private final String tensors;
    private final Optional<String> head;

    Library(String tensors, Optional<String> head) {
      this.tensors = tensors;
      this.head = head;
    }

    /** {@return the name of the file with the tensors} */
    public String tensors() {
      return tensors;
    }

    /**
     * {@return the name of the file with the task head's tensors, if they are not among the others}
     */
    public Optional<String> head() {
      return head;
    }
  }

  /**
   * An adapter of another library.
   *
   * @param configuration what stands in its {@code adapter_config.json}: texts, numbers, truth
   *     values, nulls, lists and maps
   * @param tensors by the names in its file
   * @param headPrefix what stands before the names of the task head's tensors in its file; unused
   *     when reading, and where the head has a {@linkplain Library#head file of its own}
   * @param ofBase the names of those tensors that are, number for number, what the base has in
   *     their place; unused when writing
   */
  record Adapter(
      Map<String, Object> configuration,
      Map<String, StoredTensor> tensors,
      String headPrefix,
      Set<String> ofBase) {
    /**
     * An adapter that is not compared with any base.
     *
     * @param configuration what stands in its {@code adapter_config.json}
     * @param tensors by the names in its file
     * @param headPrefix what stands before the names of the task head's tensors in its file
     */
    public Adapter(
        Map<String, Object> configuration, Map<String, StoredTensor> tensors, String headPrefix) {
      this(configuration, tensors, headPrefix, Set.of());
    }
  }
}
