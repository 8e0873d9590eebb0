package dev.graft.harness.json;

import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.graft.harness.measure.Measure;
import dev.graft.harness.measure.Metrics;
import java.io.IOException;

/** A measure as its label. What is read are metrics: no other is stored. */
final class MeasureAdapter extends TypeAdapter<Measure> {
  private Metrics metrics; // found when one is read: what is wrong with a JAR is said then

  @Override
  public void write(JsonWriter out, Measure measure) throws IOException {
    out.value(measure.label());
  }

  @Override
  public Measure read(JsonReader in) throws IOException {
    return metrics().labelled(in.nextString());
  }

  private synchronized Metrics metrics() {
    if (metrics == null) {
      metrics = Metrics.installed();
    }
    return metrics;
  }
}
