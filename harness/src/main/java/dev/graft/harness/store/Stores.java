package dev.graft.harness.store;

import static java.util.stream.Collectors.joining;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.parts.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Opens stores of all kinds by what users call them: addresses, files, and folders of studies. */
public final class Stores {
  private static final Pattern ADDRESS = Pattern.compile("(?is)(jdbc:|[a-z][a-z0-9+.-]+://).*");

  /** How the addresses of files begin. */
  public static final String FILES = "jdbc:sqlite:";

  /** Where versions of Graft before the store kept outcomes. */
  private static final String EARLIER = "trials.jsonl";

  private final Parts<StoreKind> kinds;

  public Stores(Parts<StoreKind> kinds) {
    this.kinds = kinds;
  }

  /**
   * Opens the store of a study, or makes one.
   *
   * @param address what the user named; its own folder's if absent
   */
  public TrialStore open(Optional<String> address, StudyFolder folder) {
    requireNoEarlier(folder);
    return open(
        address
            .map(named -> isAddress(named) ? named : fileAddress(file(Path.of(named))))
            .orElseGet(() -> fileAddress(folder.store())));
  }

  /**
   * The addresses of stores that are there.
   *
   * @param name an address, a file, the folder of a study, or a folder with such folders
   */
  public List<String> existing(String name) {
    if (isAddress(name)) {
      return List.of(name);
    }
    List<Path> files = files(Path.of(name));
    if (files.isEmpty()) {
      throw GraftException.input("There is no store of trials in %s.", name)
          .expected("a study.db of graft compare, a folder with it, or one with folders of studies")
          .remedy("name it by --store");
    }
    return files.stream().map(Stores::fileAddress).toList();
  }

  /** Opens the store of an address. */
  public TrialStore open(String address) {
    List<Parts.Installed<StoreKind>> taking =
        kinds.all().stream().filter(kind -> kind.part().takes(address)).toList();
    if (taking.isEmpty()) {
      kinds.requireNotBroken(scheme(address));
      throw unknown(address);
    }
    if (taking.size() > 1) {
      throw GraftException.plugin("Two kinds of store have addresses like '%s'.", scheme(address))
          .line("one", taking.get(0))
          .line("the other", taking.get(1))
          .remedy("remove the JAR of one of them");
    }
    return taking.get(0).part().open(address);
  }

  private GraftException unknown(String address) {
    return GraftException.input("No kind of store has addresses like '%s'.", scheme(address))
        .expected(
            "a file, or %s",
            kinds.all().stream()
                .map(kind -> kind.part().addresses())
                .sorted()
                .collect(joining(", ")))
        .found("%s", scheme(address));
  }

  /** The address of a file. */
  public static String fileAddress(Path file) {
    return FILES + file;
  }

  private static boolean isAddress(String name) {
    return ADDRESS.matcher(name).matches();
  }

  /** Without what may be a password. */
  private static String scheme(String address) {
    return address.replaceFirst("(?s)^(jdbc:[^:]*:?|[^:]*:).*", "$1...");
  }

  private static Path file(Path named) {
    return Files.isDirectory(named) ? new StudyFolder(named).store() : named;
  }

  private static List<Path> files(Path named) {
    if (!Files.isDirectory(named)) {
      return Files.exists(named) ? List.of(named) : List.of();
    }
    Path own = new StudyFolder(named).store();
    if (Files.exists(own)) {
      return List.of(own);
    }
    try (Stream<Path> folders = Files.list(named)) {
      return folders
          .map(folder -> new StudyFolder(folder).store())
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw Folders.unreadable(named, e);
    }
  }

  private static void requireNoEarlier(StudyFolder folder) {
    Path earlier = folder.path().resolve(EARLIER);
    if (Files.exists(earlier) && !Files.exists(folder.store())) {
      throw GraftException.input("The trials in %s are of an earlier version of Graft.", earlier)
          .expected("trials in %s, which this version goes on from", folder.store())
          .remedy(
              "choose another folder for the output, or remove the file to have all trials run again");
    }
  }
}
