package dev.graft.harness.data;

/**
 * A text for a language model.
 *
 * @param line of its file, counted from 1
 * @param prompt what is given; may be empty
 * @param text what is to be predicted after it
 */
public record Passage(int line, String prompt, String text) {}
