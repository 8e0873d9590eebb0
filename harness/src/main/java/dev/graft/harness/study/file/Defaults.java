package dev.graft.harness.study.file;

import java.util.function.Supplier;

/**
 * What a file that does not say it leaves to the command.
 *
 * @param model only asked for if it is needed
 */
public record Defaults(Supplier<String> model, String device) {}
