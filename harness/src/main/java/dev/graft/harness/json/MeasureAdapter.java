package dev.graft.harness.json;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.graft.harness.measure.Measure;
import dev.graft.harness.measure.Metrics;
import java.io.IOException;

/** A measure as its label. What is read are metrics: no other is stored. */
final class MeasureAdapter extends TypeAdapter<Measure> {
  private final Metrics metrics;

  private MeasureAdapter(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void write(JsonWriter out, Measure measure) throws IOException {
    out.value(measure.label());
  }

  @Override
  public Measure read(JsonReader in) throws IOException {
    return metrics.labelled(in.nextString());
  }

  /** Looks for the metrics when the first record with a measure is met, and not before. */
  static final class Factory implements TypeAdapterFactory {
    @Override
    @SuppressWarnings("unchecked") // The raw type was compared.
    public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
      return Measure.class.isAssignableFrom(type.getRawType())
          ? (TypeAdapter<T>) new MeasureAdapter(Metrics.installed())
          : null;
    }
  }
}
