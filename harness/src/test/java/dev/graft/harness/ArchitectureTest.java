package dev.graft.harness;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.graft.GraftException;
import dev.graft.files.FileParts;
import dev.graft.program.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom, over the classes of all modules. */
class ArchitectureTest {
  /** Raised as the project grows: a rule must not pass because nothing was looked at. */
  private static final int FEWEST_CLASSES = 400;

  /** The failure that users see, below all others. */
  private static final String BASE = "dev.graft";

  private static final String API = "dev.graft.api..";
  private static final String PROGRAM = "dev.graft.program..";

  private static final String PICKLES = "dev.graft.checkpoint.pickle";

  /** The module of the contract and of the hosts, from top to bottom. */
  private static final String[] ROOMS = {
    "dev.graft.conformance",
    "dev.graft.djl",
    "dev.graft.tasks",
    "dev.graft.saved",
    "dev.graft.model",
    "dev.graft.merging",
    "dev.graft.transformer",
    "dev.graft.host",
    "dev.graft.host.vocabulary",
    "dev.graft.host.definition",
    "dev.graft.checkpoint",
    PICKLES,
    "dev.graft.hub",
    "dev.graft.files",
    "dev.graft.methods",
    "dev.graft.parts",
    "dev.graft.api",
    "dev.graft.api.settings",
    "dev.graft.program",
    "dev.graft.program.cuda",
    "dev.graft.sharing",
    BASE
  };

  private static final String[] PLUGINS = {
    "dev.graft.lora..", "dev.graft.prefix..", "dev.graft.bottleneck.."
  };
  private static final String HARNESS = "dev.graft.harness..";
  private static final String CLI = "dev.graft.harness.cli..";
  private static final String MEASURE = "dev.graft.harness.measure..";
  private static final String WIRING = "dev.graft.harness.wiring..";

  private static final String JDK = "java..";
  private static final String DJL = "ai.djl..";
  private static final String ENGINE = "ai.djl.pytorch..";
  private static final String GSON = "com.google.gson..";
  private static final String NATIVE = "com.sun.jna..";
  private static final String CUDA = "dev.graft.program.cuda";

  /** A package of more is two. */
  private static final int MOST_CLASSES = 20;

  /** How many classes a package may have that is larger, and why it is. */
  private static final Map<String, Crowd> CROWDS =
      Map.of(
          "dev.graft.program",
          new Crowd(
              39, "a tensor's vocabulary and what records and splits it share their internals"),
          "dev.graft.lora",
          new Crowd(
              30, "a plugin, files of PEFT too, is one flat package with a public class a method"));

  private record Crowd(int most, String reason) {}

  /** What the reader of pickles needs of packages that hold much else. */
  private static final Class<?>[] VALUES = {
    Object.class,
    Record.class,
    Enum.class,
    String.class,
    StringBuilder.class, // Of texts that are joined.
    Boolean.class,
    Byte.class,
    Short.class,
    Integer.class,
    Long.class,
    Double.class,
    Math.class,
    int[].class,
    byte[].class,
    IncompatibleClassChangeError.class, // Of a switch without the value that it is given.
    IOException.class,
    Path.class
  };

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // The JAR of the API's test support.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.graft");
  static final JavaClasses CODE = ALL.that(not(simpleName("package-info")));

  @Test
  void theClassesOfAllModulesAreSeen() {
    assertThat(CODE).hasSizeGreaterThanOrEqualTo(FEWEST_CLASSES);
    assertThat(ALL)
        .extracting(JavaClass::getPackageName)
        .contains(
            "dev.graft.api",
            "dev.graft.conformance",
            "dev.graft.lora",
            "dev.graft.prefix",
            "dev.graft.bottleneck",
            "dev.graft.harness.cli");
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    assertThat(CODE)
        .extracting(JavaClass::getPackage)
        .allSatisfy(p -> assertThat(p.tryGetPackageInfo()).as("package-info of %s", p).isPresent());
  }

  /** The packages of each module that has several. */
  static List<Layers> layers() {
    return List.of(
        Layers.of(BASE, ROOMS)
            .besides(
                "dev.graft.harness", "dev.graft.lora", "dev.graft.prefix", "dev.graft.bottleneck"),
        Layers.of(
            "dev.graft.harness",
            "dev.graft.harness.cli",
            "dev.graft.harness.cli.reproduce",
            "dev.graft.harness.cli.study",
            "dev.graft.harness.cli.options",
            "dev.graft.harness.cli.terminal",
            "dev.graft.harness.wiring",
            "dev.graft.harness.report.page",
            "dev.graft.harness.report.paper",
            "dev.graft.harness.report.origin",
            "dev.graft.harness.report.figure",
            "dev.graft.harness.report.comparison",
            "dev.graft.harness.report.costs",
            "dev.graft.harness.report.forgetting",
            "dev.graft.harness.report.text",
            "dev.graft.harness.report.runs",
            "dev.graft.harness.report",
            "dev.graft.harness.study.forecast",
            "dev.graft.harness.study.file",
            "dev.graft.harness.study.declared",
            "dev.graft.harness.replay",
            "dev.graft.harness.study",
            "dev.graft.harness.store.jdbc",
            "dev.graft.harness.store",
            "dev.graft.harness.trial",
            "dev.graft.harness.trial.costs",
            "dev.graft.harness.bench.growth",
            "dev.graft.harness.bench",
            "dev.graft.harness.latency.paper",
            "dev.graft.harness.latency",
            "dev.graft.harness.forgetting",
            "dev.graft.harness.training",
            "dev.graft.harness.environment",
            "dev.graft.harness.model",
            "dev.graft.harness.curves",
            "dev.graft.harness.objective",
            "dev.graft.harness.job",
            "dev.graft.harness.json",
            "dev.graft.harness.data.review",
            "dev.graft.harness.data.table",
            "dev.graft.harness.yaml",
            "dev.graft.harness.data",
            "dev.graft.harness.measure.latency",
            "dev.graft.harness.measure.inference",
            "dev.graft.harness.measure.phase",
            "dev.graft.harness.measure.gpu",
            "dev.graft.harness.measure",
            "dev.graft.harness.baseline"));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void arrowsRunDownwards(Layers layers) {
    assertThat(layers.violations(CODE)).isEmpty();
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.graft.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void noPackageIsCrowded() {
    Map<String, Long> counts =
        CODE.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    assertThat(counts)
        .allSatisfy(
            (name, count) -> {
              Crowd crowd = CROWDS.get(name);
              assertThat(count)
                  .as("classes in %s", name)
                  .isLessThanOrEqualTo(crowd == null ? MOST_CLASSES : crowd.most());
            });
    assertThat(CROWDS)
        .allSatisfy(
            (name, crowd) ->
                assertThat(counts.get(name))
                    .as("classes in %s, an exception as it is %s", name, crowd.reason())
                    .isGreaterThan(MOST_CLASSES));
  }

  @ParameterizedTest
  @FieldSource("PLUGINS")
  void aPluginKnowsTheContractAndNothingElse(String plugin) {
    classes()
        .that()
        .resideInAPackage(plugin)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(plugin, API, PROGRAM, BASE, JDK)
        .check(CODE);
  }

  @Test
  void theContractKnowsTensorsAndTheJdk() {
    classes()
        .that()
        .resideInAPackage(API)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(API, PROGRAM, BASE, JDK)
        .check(CODE);
  }

  /** Values, bytes and messages: nothing that finds, loads or makes a class, or starts anything. */
  @Test
  void theReaderOfPicklesHasNoWayToRunCode() {
    DescribedPredicate<JavaClass> values =
        resideInAnyPackage(PICKLES, "java.math", "java.nio", "java.nio.channels")
            .or(resideInAnyPackage("java.nio.charset", "java.util", "java.util.stream"))
            .or(belongToAnyOf(GraftException.class, FileParts.class))
            .or(belongToAnyOf(VALUES));
    classes()
        .that()
        .resideInAPackage(PICKLES)
        .should()
        .onlyDependOnClassesThat(values.and(not(belongToAnyOf(ServiceLoader.class))))
        .check(CODE);
  }

  @Test
  void programsKnowDjlAndTheJdk() {
    classes()
        .that()
        .resideInAPackage(PROGRAM)
        .and()
        .resideOutsideOfPackage(CUDA)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(PROGRAM, "dev.graft.sharing", BASE, DJL, JDK)
        .check(CODE);
  }

  @Test
  void whatCallsCudaKnowsNothingElse() {
    classes()
        .that()
        .resideInAPackage(CUDA)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(CUDA, NATIVE, JDK)
        .check(CODE);
  }

  @Test
  void theModuleOfHostsKnowsDjlJsonAndTheJdk() {
    classes()
        .that()
        .resideInAnyPackage(ROOMS)
        .and()
        .resideOutsideOfPackage(CUDA)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(ROOMS).or(resideInAnyPackage(DJL, JDK, GSON)))
        .check(CODE);
  }

  @ParameterizedTest
  @FieldSource("ROOMS")
  void whatAPluginThrowsIsToldWithItsOwnLineAndNotOneOfOurs(String room) {
    Throwable thrown = new IllegalStateException("odd");
    thrown.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("java.util.Objects", "requireNonNull", "Objects.java", 1),
          new StackTraceElement(room + ".Ours", "call", "Ours.java", 2),
          new StackTraceElement("org.example.Theirs", "graft", "Theirs.java", 3)
        });

    assertThat(GraftException.thrownByPlugin(thrown, "It fails."))
        .hasMessageContaining("at: org.example.Theirs.graft(Theirs.java:3)");
  }

  @Test
  void onlyProgramsNameTheEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackage(PROGRAM)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ENGINE)
        .check(CODE);
  }

  @Test
  void theContractShowsNoTypeOfDjl() {
    classes()
        .that()
        .resideInAPackage(API)
        .or()
        .belongToAnyOf(Tensor.class)
        .should(new ShowNoType(DJL))
        .check(CODE);
  }

  @Test
  void theHarnessNamesNoPlugin() {
    noClasses()
        .that()
        .resideInAPackage(HARNESS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PLUGINS)
        .check(CODE);
  }

  @Test
  void onlyTheWiringInjects() {
    noClasses()
        .that()
        .resideOutsideOfPackage(WIRING)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
        .check(CODE);
  }

  @Test
  void onlyTheCommandLineKnowsPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CODE);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses().that().resideOutsideOfPackage(CLI).should(ACCESS_STANDARD_STREAMS).check(CODE);
  }

  @Test
  void onlyMeasuringKnowsCommonsMath() {
    noClasses()
        .that()
        .resideOutsideOfPackage(MEASURE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.commons.math3..")
        .check(CODE);
  }
}
