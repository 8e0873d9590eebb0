/**
 * Settings of methods: declared once, with type, default, range and help, and read from text for
 * files, commands and checkpoints. Part of the contract, as {@code dev.graft.api} is.
 */
package dev.graft.api.settings;
