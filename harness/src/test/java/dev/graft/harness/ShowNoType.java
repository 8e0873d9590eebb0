package dev.graft.harness;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Holds for a class whose visible signatures, type arguments included, name no type of a package.
 */
final class ShowNoType extends ArchCondition<JavaClass> {
  private final DescribedPredicate<JavaClass> hidden;

  ShowNoType(String packagePattern) {
    super("show no type of " + packagePattern);
    this.hidden = JavaClass.Predicates.resideInAPackage(packagePattern);
  }

  @Override
  public void check(JavaClass shown, ConditionEvents events) {
    if (!isVisible(shown)) {
      return;
    }
    Stream.concat(shown.getAllRawSuperclasses().stream(), shown.getAllRawInterfaces().stream())
        .filter(hidden)
        .forEach(type -> report(shown, shown.getDescription(), type, events));
    shown.getMembers().stream()
        .filter(ShowNoType::isVisible)
        .forEach(
            member ->
                types(member)
                    .filter(hidden)
                    .forEach(type -> report(shown, member.getDescription(), type, events)));
  }

  private static Stream<JavaClass> types(JavaMember member) {
    Stream<JavaClass> named = member.getAllInvolvedRawTypes().stream();
    return member instanceof JavaCodeUnit code
        ? Stream.concat(named, code.getExceptionTypes().stream())
        : named;
  }

  private static boolean isVisible(HasModifiers element) {
    Set<JavaModifier> modifiers = element.getModifiers();
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static void report(
      JavaClass shown, String where, JavaClass type, ConditionEvents events) {
    events.add(SimpleConditionEvent.violated(shown, where + " shows " + type.getName()));
  }
}
