/**
 * What a training makes a model forget: its loss on general text, before and after, by what it was
 * pretrained to do. What may be claimed of it and how it is shown does not belong here.
 */
package dev.graft.harness.forgetting;
