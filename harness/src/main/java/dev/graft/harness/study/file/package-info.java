/**
 * Files of studies: how what is to be compared is written in YAML, read and written, and the schema
 * of it for editors. What becomes of it does not belong here.
 */
package dev.graft.harness.study.file;
