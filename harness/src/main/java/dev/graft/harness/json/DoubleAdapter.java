package dev.graft.harness.json;

import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/** A number, or as text what JSON has no number for. */
final class DoubleAdapter extends TypeAdapter<Double> {
  @Override
  public void write(JsonWriter out, Double number) throws IOException {
    if (Double.isFinite(number)) {
      out.value(number);
    } else {
      out.value(number.toString());
    }
  }

  @Override
  public Double read(JsonReader in) throws IOException {
    return in.peek() == JsonToken.STRING ? Double.parseDouble(in.nextString()) : in.nextDouble();
  }
}
