package dev.graft.harness.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.graft.GraftException;
import dev.graft.harness.replay.TrialFinder;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.runs.RunsTable;
import dev.graft.harness.report.runs.RunsText;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.study.StudyRecord;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.wiring.Harness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody did to a store by hand is told, or does not matter: it is never Graft's mistake.
 */
final class EditedStoreTest {
  private static final JsonElement GONE = new JsonObject();
  private static final List<JsonElement> VALUES =
      List.of(GONE, new JsonPrimitive("NaN"), new JsonPrimitive(-1));

  @TempDir private Path folder;
  private final Stores stores = new Harness().stores();
  private StudyFolder study;
  private String address;
  private List<String> leaks;

  @BeforeEach
  void store() throws IOException {
    StoredStudy stored = StoredStudy.in(folder);
    study = stored.study();
    address = stored.address();
    leaks = new ArrayList<>();
  }

  private void report() {
    try (TrialStore store = stores.open(address)) {
      Report.of(StudyRecord.latest(store, study).result()).lines();
    }
  }

  /** All that reads a store. */
  private void look() {
    report();
    try (TrialStore store = stores.open(address)) {
      List<StoredRun> runs = store.runs(RunFilter.ALL);
      RunsText.lines(runs);
      RunsTable.of(runs);
    }
    new TrialFinder(stores).find("1", study.path().toString());
  }

  private void looked(String edit, Runnable look) {
    try {
      look.run();
    } catch (GraftException e) {
      if (!e.getMessage().contains(study.path().toString())) {
        leaks.add(edit + ": " + e.getMessage());
      }
    } catch (RuntimeException | Error e) {
      leaks.add(edit + ": " + e);
    }
  }

  @Test
  void anEditOfWhatIsInTablesIsTold() throws IOException, SQLException {
    byte[] whole = Files.readAllBytes(study.store());
    look();
    for (String edit :
        List.of(
            "update trial set seed = 'first'",
            "update trial set seed = 1.5",
            "update trial set first_loss = 'NaN'",
            "update trial set trial_key = 'x'",
            "update trial set failure = null, log = null",
            "update trial set failure = 'no' where id = 1",
            "update trial set record = substr(record, 1, 200)",
            "update trial set record = ''",
            "update metric set value = 'high'",
            "update setting set value = 'high' where name = 'learning-rate-1'",
            "update numbers set deflated = 7",
            "update numbers set deflated = substr(deflated, 1, 20)",
            "delete from numbers",
            "update study set record = 'null'",
            "update study set record = substr(record, 1, 200)",
            "update asked set arm = 'another'",
            "update asked set trial_key = 'another'",
            "update latency set record = '[]'",
            "delete from asked",
            "delete from study_end",
            "update study_run set study = 1")) {
      Files.write(study.store(), whole);
      Databases.execute(address, "pragma foreign_keys = off");
      Databases.execute(address, edit);
      looked(edit, this::look);
    }
    assertThat(leaks).isEmpty();
  }

  @Test
  void anEditOfAnyPlaceOfAStudyIsTold() throws SQLException {
    edited("study");
  }

  @Test
  void anEditOfAnyPlaceOfATrialIsTold() throws SQLException {
    edited("trial");
  }

  @Test
  void anEditOfAnyPlaceOfALatencyIsTold() throws SQLException {
    edited("latency");
  }

  private void edited(String table) throws SQLException {
    String record = Databases.text(address, "select record from " + table + " where id = 1");
    List<List<Object>> places = new ArrayList<>();
    addPlaces(JsonParser.parseString(record), List.of(), places);
    assertThat(places).hasSizeGreaterThan(30);
    for (List<Object> place : places) {
      for (JsonElement value : VALUES) {
        JsonElement edited = JsonParser.parseString(record);
        put(edited, place, value);
        write(table, edited.toString());
        looked(place + " " + (value == GONE ? "is gone" : value), this::report);
      }
    }
    write(table, record);
    look();
    assertThat(leaks).isEmpty();
  }

  private void write(String table, String record) throws SQLException {
    Databases.execute(
        address,
        "update %s set record = '%s' where id = 1".formatted(table, record.replace("'", "''")));
  }

  /** All but the later elements of lists, which are like the first. */
  private static void addPlaces(JsonElement json, List<Object> here, List<List<Object>> places) {
    if (!here.isEmpty()) {
      places.add(here);
    }
    if (json.isJsonObject()) {
      json.getAsJsonObject()
          .entrySet()
          .forEach(entry -> addPlaces(entry.getValue(), with(here, entry.getKey()), places));
    } else if (json.isJsonArray() && !json.getAsJsonArray().isEmpty()) {
      addPlaces(json.getAsJsonArray().get(0), with(here, 0), places);
    }
  }

  private static List<Object> with(List<Object> place, Object next) {
    List<Object> longer = new ArrayList<>(place);
    longer.add(next);
    return longer;
  }

  private static void put(JsonElement json, List<Object> place, JsonElement value) {
    JsonElement parent = json;
    for (Object step : place.subList(0, place.size() - 1)) {
      parent =
          step instanceof String key
              ? parent.getAsJsonObject().get(key)
              : parent.getAsJsonArray().get((Integer) step);
    }
    Object last = place.get(place.size() - 1);
    if (last instanceof String key) {
      parent.getAsJsonObject().remove(key);
      if (value != GONE) {
        parent.getAsJsonObject().add(key, value);
      }
    } else if (value == GONE) {
      parent.getAsJsonArray().remove((int) (Integer) last);
    } else {
      parent.getAsJsonArray().set((Integer) last, value);
    }
  }
}
