package dev.graft.harness;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.graft.program.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Who may know whom, over the classes of all modules. */
class ArchitectureTest {
  /** Raised as the project grows: a rule must not pass because nothing was looked at. */
  private static final int FEWEST_CLASSES = 150;

  private static final String API = "dev.graft.api..";
  private static final String PROGRAM = "dev.graft.program..";
  private static final String MODEL = "dev.graft.model..";
  private static final String CHECKPOINT = "dev.graft.checkpoint..";
  private static final String CONFORMANCE = "dev.graft.conformance..";
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

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // The JAR of the API's test support.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.graft");
  private static final JavaClasses CODE = ALL.that(not(simpleName("package-info")));

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

  @ParameterizedTest
  @FieldSource("PLUGINS")
  void aPluginKnowsTheContractAndNothingElse(String plugin) {
    classes()
        .that()
        .resideInAPackage(plugin)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(plugin, API, PROGRAM, JDK)
        .check(CODE);
  }

  @Test
  void theApiKnowsDjlAndTheJdk() {
    classes()
        .that()
        .resideInAnyPackage(API, PROGRAM)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(API, PROGRAM, MODEL, CHECKPOINT, DJL, JDK)
        .check(CODE);
  }

  @Test
  void filesAndArchitecturesMayBeJson() {
    classes()
        .that()
        .resideInAnyPackage(MODEL, CHECKPOINT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(API, PROGRAM, MODEL, CHECKPOINT, DJL, JDK, GSON)
        .check(CODE);
  }

  @Test
  void theConformanceKitKnowsTheApiAndNoTestFramework() {
    classes()
        .that()
        .resideInAPackage(CONFORMANCE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(CONFORMANCE, API, PROGRAM, MODEL, CHECKPOINT, JDK)
        .check(CODE);
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
