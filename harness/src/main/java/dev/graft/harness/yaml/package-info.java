/**
 * Files of YAML, read strictly: values with the places where they stand, and errors that name them.
 * What the keys of a file mean does not belong here.
 */
package dev.graft.harness.yaml;
