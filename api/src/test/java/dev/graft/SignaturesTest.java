package dev.graft;

import static java.util.stream.Collectors.joining;

import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Settings;
import dev.graft.conformance.Conformance;
import dev.graft.program.Tensor;
import dev.graft.testing.Recorded;
import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What plugins are compiled against. A change of the recorded list is a change of the contract: if
 * a plugin that was compiled against the old list would no longer work, {@link
 * PeftMethod#API_VERSION} must be raised; in any case CHANGELOG.md says what changed.
 */
class SignaturesTest {
  private static final List<Class<?>> ONE_OF_EACH_PACKAGE =
      List.of(
          GraftException.class, PeftMethod.class, Settings.class, Tensor.class, Conformance.class);

  @Test
  void theStableSurfaceIsTheRecordedOne() {
    String signatures =
        ONE_OF_EACH_PACKAGE.stream()
            .flatMap(SignaturesTest::ofPackage)
            .filter(SignaturesTest::isVisible)
            .map(SignaturesTest::signatures)
            .collect(joining("\n\n", "", "\n"));

    Recorded.assertRecorded("api/src/test/resources/signatures.txt", signatures);
  }

  private static Stream<Class<?>> ofPackage(Class<?> one) {
    String name = one.getPackageName();
    try {
      URI classes = one.getProtectionDomain().getCodeSource().getLocation().toURI();
      File folder = new File(new File(classes), name.replace('.', '/'));
      return Arrays.stream(folder.list())
          .filter(file -> file.endsWith(".class") && !file.equals("package-info.class"))
          .sorted()
          .map(file -> load(name + "." + file.replace(".class", "")));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, SignaturesTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** A type is as visible as those around it. */
  private static boolean isVisible(Class<?> type) {
    return isVisible(type.getModifiers())
        && !type.isAnonymousClass()
        && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String signatures(Class<?> type) {
    Stream<String> members =
        Stream.<Member[]>of(
                type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
            .flatMap(Arrays::stream)
            .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
            .map(member -> signature(type, member))
            .filter(text -> !text.isEmpty())
            .map(text -> plain(text.replace(type.getName() + ".", "")))
            .sorted();
    return Stream.concat(Stream.of(header(type)), members).collect(joining("\n  "));
  }

  private static String header(Class<?> type) {
    String kind = type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    String modifiers = Modifier.toString(type.getModifiers() & ~Modifier.STATIC);
    String parameters =
        Arrays.stream(type.getTypeParameters()).map(Type::getTypeName).collect(joining(", "));
    return plain(
        "%s %s%s%s%s%s"
            .formatted(
                type.isInterface() ? modifiers.replace("abstract ", "") : modifiers + " " + kind,
                type.getName(),
                parameters.isEmpty() ? "" : "<" + parameters + ">",
                listed(" extends ", Stream.ofNullable(type.getGenericSuperclass())),
                listed(" implements ", Arrays.stream(type.getGenericInterfaces())),
                listed(
                    " permits ",
                    Stream.ofNullable(type.getPermittedSubclasses()).flatMap(Arrays::stream))));
  }

  private static String listed(String before, Stream<? extends Type> types) {
    List<String> names =
        types
            .map(Type::getTypeName)
            .filter(name -> !List.of("java.lang.Object", "java.lang.Record").contains(name))
            .toList();
    return names.isEmpty() ? "" : before + String.join(", ", names);
  }

  /** Without packages. */
  private static String plain(String signature) {
    return signature.replaceAll("\\b[a-z]+(\\.[a-z]+)*\\.(?=[A-Z])", "");
  }

  private static String signature(Class<?> type, Member member) {
    if (member instanceof Field field) {
      return field.toGenericString() + constant(field);
    }
    if (member instanceof Constructor<?> constructor) {
      return constructor.toGenericString();
    }
    Method method = (Method) member;
    boolean isJavas = type.isEnum() && List.of("values", "valueOf").contains(method.getName());
    return isJavas || isOfObject(method) ? "" : ((Executable) method).toGenericString();
  }

  /** What the compiler copies into plugins. */
  private static String constant(Field field) {
    try {
      return Modifier.isStatic(field.getModifiers())
              && (field.getType().isPrimitive() || field.getType() == String.class)
          ? " = " + field.get(null)
          : "";
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isOfObject(Method method) {
    return Arrays.stream(Object.class.getMethods())
        .anyMatch(
            of ->
                of.getName().equals(method.getName())
                    && Arrays.equals(of.getParameterTypes(), method.getParameterTypes()));
  }
}
