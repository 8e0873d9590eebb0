package dev.graft.harness.json;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import dev.graft.harness.measure.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Records as JSON whose long lists of numbers lie elsewhere: in the place of each stands the name
 * by which it is found there.
 */
public final class DetachedNumbers {
  private static final int SHORTEST = 32;

  private final Gson gson;

  /** Where lists of numbers lie. */
  public interface Place {
    /** Keeps a list, and gives it a name. */
    String put(List<Double> numbers);

    /** The list of a name. */
    List<Double> get(String name);
  }

  public DetachedNumbers(Place place) {
    gson =
        Json.builder()
            .registerTypeAdapter(new TypeToken<List<Double>>() {}.getType(), new Adapter(place))
            .create();
  }

  /** A record on one line, its long lists put away. */
  public String write(Object record) {
    return gson.toJson(record);
  }

  /**
   * Reads a record, its long lists with it.
   *
   * @throws IllegalArgumentException if the text is not one; the message says why
   */
  public <T> T read(String text, Class<T> type) {
    return Json.read(gson, text, type);
  }

  private static final class Adapter extends TypeAdapter<List<Double>> {
    private final TypeAdapter<Double> single = new DoubleAdapter();
    private final Place place;

    Adapter(Place place) {
      this.place = place;
    }

    @Override
    public void write(JsonWriter out, List<Double> numbers) throws IOException {
      if (numbers.size() >= SHORTEST) {
        out.value(place.put(numbers));
        return;
      }
      out.beginArray();
      for (Double number : numbers) {
        single.write(out, number);
      }
      out.endArray();
    }

    @Override
    public List<Double> read(JsonReader in) throws IOException {
      if (in.peek() == JsonToken.STRING) {
        return place.get(in.nextString());
      }
      List<Double> numbers = new ArrayList<>();
      in.beginArray();
      while (in.hasNext()) {
        numbers.add(single.read(in));
      }
      in.endArray();
      return Numbers.copyOf(numbers);
    }
  }
}
