package dev.graft.api;

import dev.graft.GraftException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link PeftMethod} implements besides, if adapters of another library can be read as
 * grafts of it and grafts be written as that library would. Names of sites are translated by {@link
 * Host#moduleName} and {@link Host#path}. The task head is none of its business: whoever calls
 * takes it out before and puts it in afterwards.
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
  Own read(Adapter adapter, Host host);

  /**
   * Writes a graft as the library would.
   *
   * @param own settings and tensors of a graft
   * @param host whose sites the graft's names begin with
   * @param languageModel whether the task is to predict tokens and not classes
   * @return the adapter without the task head
   * @throws GraftException if the library has no such adapter
   */
  Adapter write(Own own, Host host, boolean languageModel);

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
   */
  record Adapter(
      Map<String, Object> configuration, Map<String, Numbers> tensors, String headPrefix) {}

  /**
   * A graft's contents.
   *
   * @param settings by name, as {@link SettingsSpec#read} takes them
   * @param tensors by the names under which the method declares them
   */
  record Own(Map<String, String> settings, Map<String, Numbers> tensors) {}

  /** A tensor's shape and elements. */
  final class Numbers {
    private final List<Long> shape;
    private final float[] elements;

    /**
     * Elements in a shape.
     *
     * @param shape the sizes, outermost first; none for a scalar
     * @param elements row by row, as many as the shape says; not copied
     */
    public Numbers(List<Long> shape, float... elements) {
      this.shape = List.copyOf(shape);
      this.elements = elements;
    }

    /** {@return the sizes, outermost first; none for a scalar} */
    public List<Long> shape() {
      return shape;
    }

    /** {@return the elements row by row; not a copy} */
    public float[] elements() {
      return elements;
    }
  }
}
