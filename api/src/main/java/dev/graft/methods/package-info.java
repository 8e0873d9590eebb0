/**
 * The methods that are installed, and stacks of them as users write them: {@code
 * lora:rank=8+prefix-tuning}. Plugins don't need it; whoever looks for them does.
 */
package dev.graft.methods;
