/**
 * The commands of studies, and the one way from what is to be compared to its report. What a
 * study's file may hold does not belong here.
 */
package dev.graft.harness.cli.study;
