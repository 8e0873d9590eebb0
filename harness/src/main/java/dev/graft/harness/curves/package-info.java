/** Curves as TensorBoard's event files hold them: numbers by step, appended while a job goes on. */
package dev.graft.harness.curves;
