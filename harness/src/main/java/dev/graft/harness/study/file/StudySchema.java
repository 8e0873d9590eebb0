package dev.graft.harness.study.file;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.graft.api.MethodSpec;
import dev.graft.api.settings.Setting;
import dev.graft.methods.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The JSON schema of files of studies, with the methods that are installed, for editors. */
public final class StudySchema {
  private static final String STACKED = "stacked";

  private StudySchema() {}

  public static JsonObject of(Methods methods) {
    List<MethodSpec> specs = methods.all().stream().map(each -> each.method().spec()).toList();
    JsonObject schema = Shape.keys(properties(), StudyFile.METHODS);
    schema.addProperty("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.addProperty("title", "A study of Graft");
    JsonArray rules = new JsonArray();
    ArmKey.NAMES.forEach(key -> rules.add(not(held(key), varied(key))));
    rules.add(not(present("epochs"), present("steps")));
    schema.add("allOf", rules);
    JsonObject parts = new JsonObject();
    parts.add(
        STACKED,
        Shape.any(
            Stream.concat(Stream.of(Shape.text()), specs.stream().map(StudySchema::method))
                .toArray(JsonObject[]::new)));
    schema.add("$defs", parts);
    return schema;
  }

  private static JsonObject properties() {
    JsonObject keys = new JsonObject();
    keys.add(StudyFile.NAME, Shape.described(Shape.text(), "by which people know the study"));
    JsonObject vary = new JsonObject();
    for (ArmKey key : ArmKey.ALL) {
      keys.add(key.name(), Shape.described(key.shape(), key.help()));
      vary.add(key.name(), Shape.described(Shape.list(key.shape()), key.help()));
    }
    keys.add(Frames.VARY, Shape.described(Shape.keys(vary), "lists of what keys vary over"));
    keys.add(
        StudyFile.METHODS,
        Shape.described(
            Shape.any(stack(), Shape.list(stack())),
            "what is compared: texts such as lora:rank=4+prefix-tuning, or keys"));
    keys.add(
        MethodsReader.MATCH,
        Shape.described(match(Shape.text()), "the size of all methods that don't say theirs"));
    keys.add(
        StudyFile.BASELINE,
        Shape.described(Shape.text(), "the arm that the others are judged by; else the first"));
    keys.add(
        StudyFile.SEEDS,
        Shape.described(
            Shape.any(StudyFile.COUNTS.shape(), Shape.list(StudyFile.SEED.shape())),
            "how many, from 1 on, or which"));
    keys.add(StudyFile.TUNING, Shape.described(tuning(), "the budget of every arm, on validation"));
    keys.add(
        StudyFile.FORGETTING,
        Shape.described(
            forgetting(), "a text on which it is measured what training makes the model forget"));
    keys.add(StudyFile.LATENCY, Shape.described(latency(), "how arms are timed, or false"));
    keys.add(
        StudyFile.EXECUTOR,
        Shape.described(Shape.text(), "what runs the trials: local, or what a plugin brings"));
    keys.add(
        StudyFile.PARALLEL, Shape.described(StudyFile.COUNTS.shape(), "trials that run at a time"));
    keys.add(
        StudyFile.TIMEOUT,
        Shape.described(StudyFile.MINUTES.shape(), "minutes, the longest that a trial may take"));
    return keys;
  }

  private static JsonObject stack() {
    JsonObject keys = new JsonObject();
    keys.add(MethodsReader.STACK, Shape.series(Shape.reference(STACKED)));
    keys.add(
        MethodsReader.LEAVE_ONE_OUT,
        Shape.described(
            Shape.of("boolean"), "also compares each stack with one of the methods left out"));
    return Shape.any(Shape.reference(STACKED), Shape.keys(keys, MethodsReader.STACK));
  }

  private static JsonObject method(MethodSpec spec) {
    JsonObject keys = new JsonObject();
    JsonObject name = Shape.choice(List.of(spec.name()));
    keys.add(MethodsReader.METHOD, Shape.described(name, spec.summary()));
    JsonObject vary = new JsonObject();
    List<String> settings = new ArrayList<>();
    for (Setting<?> setting : spec.settings().settings()) {
      String help = "%s (%s)".formatted(setting.help(), setting.type());
      keys.add(setting.name(), Shape.described(value(), help));
      vary.add(setting.name(), Shape.described(Shape.list(value()), help));
      settings.add(setting.name());
    }
    keys.add(MethodsReader.VARY, Shape.keys(vary));
    keys.add(MethodsReader.MATCH, match(Shape.choice(settings)));
    return Shape.keys(keys, MethodsReader.METHOD);
  }

  /** Whatever a setting may be; its own reader knows more. */
  private static JsonObject value() {
    return Shape.any(
        Shape.text(),
        Shape.of("number"),
        Shape.of("boolean"),
        Shape.of("array"),
        Shape.of("object"));
  }

  private static JsonObject match(JsonObject settings) {
    JsonObject keys = new JsonObject();
    keys.add(SizeReader.PARAMETERS, SizeReader.SIZES.shape());
    keys.add(SizeReader.WITHIN, Shape.text(SizeReader.SHARE));
    keys.add(SizeReader.BY, settings);
    return Shape.any(Shape.exactly(false), Shape.keys(keys, SizeReader.PARAMETERS));
  }

  private static JsonObject tuning() {
    JsonObject keys = new JsonObject();
    keys.add("trials", StudyFile.TRIALS.shape());
    keys.add("search", Shape.choice(StudyFile.SEARCHES));
    keys.add("halving", StudyFile.HALVING.shape());
    keys.add("seed", StudyFile.SEED.shape());
    return Shape.keys(keys, "trials");
  }

  private static JsonObject forgetting() {
    JsonObject keys = new JsonObject();
    keys.add(
        ForgettingReader.TEXT,
        Shape.described(Shape.text(), "a file beside this one, with a passage a line"));
    keys.add(
        ForgettingReader.PASSAGES,
        Shape.described(ForgettingReader.COUNTS.shape(), "at most so many, evenly from the file"));
    keys.add(
        ForgettingReader.LENGTH,
        Shape.described(
            ForgettingReader.LENGTHS.shape(), "tokens at which longer passages are cut"));
    return Shape.any(Shape.text(), Shape.keys(keys, ForgettingReader.TEXT));
  }

  private static JsonObject latency() {
    JsonObject sizes = timing();
    sizes.add("sizes", Shape.list(Shape.text(StudyFile.SIZE)));
    JsonObject grid = timing();
    grid.add("rows", Shape.list(StudyFile.ROWS.shape()));
    grid.add("lengths", Shape.list(StudyFile.LENGTHS.shape()));
    return Shape.any(Shape.exactly(false), Shape.keys(sizes), Shape.keys(grid, "rows", "lengths"));
  }

  private static JsonObject timing() {
    JsonObject keys = new JsonObject();
    keys.add("processes", StudyFile.PROCESSES.shape());
    keys.add("rounds", StudyFile.ROUNDS.shape());
    keys.add("margin", StudyFile.MARGIN.shape());
    keys.add("limit", StudyFile.MINUTES.shape());
    return keys;
  }

  private static JsonObject held(String key) {
    JsonArray names = new JsonArray();
    names.add(key);
    JsonObject shape = new JsonObject();
    shape.add("required", names);
    return shape;
  }

  private static JsonObject varied(String key) {
    JsonObject shape = held(Frames.VARY);
    JsonObject vary = new JsonObject();
    vary.add(Frames.VARY, held(key));
    shape.add("properties", vary);
    return shape;
  }

  private static JsonObject present(String key) {
    return Shape.any(held(key), varied(key));
  }

  private static JsonObject not(JsonElement one, JsonElement other) {
    JsonArray both = new JsonArray();
    both.add(one);
    both.add(other);
    JsonObject all = new JsonObject();
    all.add("allOf", both);
    JsonObject shape = new JsonObject();
    shape.add("not", all);
    return shape;
  }
}
