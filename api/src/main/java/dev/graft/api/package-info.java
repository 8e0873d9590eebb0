/**
 * The contract between a parameter-efficient method and the host that it adapts: methods, grafts,
 * sites and interventions, and in {@code dev.graft.api.settings} their settings. A plugin author
 * needs these packages, the tensors of {@code dev.graft.program} and, in tests, {@code
 * dev.graft.conformance}. No type of an engine belongs here, and no method. A change that breaks
 * plugins raises {@link dev.graft.api.PeftMethod#API_VERSION}.
 *
 * <p><b>Who implements what.</b> Plugins implement {@link dev.graft.api.PeftMethod}, {@link
 * dev.graft.api.ForeignFormat}, {@link dev.graft.api.GraftSum}, {@link dev.graft.api.Schedule} and
 * the interventions; members that are added to these have defaults. {@link dev.graft.api.Graft},
 * {@link dev.graft.api.Host}, {@link dev.graft.api.Batch} and what interventions are given at work
 * are Graft's to implement, so that members can be added to them. Of the records those are made by
 * plugins that members here take or return: {@link dev.graft.api.AttentionIntervention.KeysValues},
 * {@link dev.graft.api.ProjectionIntervention.Affine}, {@link dev.graft.api.StoredGraft} and {@link
 * dev.graft.api.ForeignFormat.Adapter}; specifications are made by their {@code of} and {@code
 * with}; the constructors of all others, of sites above all, are no part of the promise.
 *
 * <p><b>How it grows.</b> What methods of the field want beyond version 1 is added without breaking
 * it:
 *
 * <ul>
 *   <li>Calibration before training (EVA, LoRA-GA, CorDA): a kind of {@link
 *       dev.graft.api.Initializer} whose expression is over statistics of what sites read on some
 *       batches, or of gradients there. Attaching such a stack then needs batches, and refuses to
 *       begin without them; all other initialisers are as they were.
 *   <li>Extra inputs of a batch (task ids): a member of {@link dev.graft.api.Batch} that asks for
 *       one by name, and a declaration of {@link dev.graft.api.MethodSpec} of the names that a
 *       method needs.
 *   <li>The unadapted stream: a member of what interventions are given at work that answers with
 *       what the bare host has there. Whether any intervention asks is known once a pass is
 *       recorded, so that a second stream costs only those that do.
 *   <li>Quantised hosts: {@link dev.graft.api.HostParameter#tensor} and {@link
 *       dev.graft.api.Site.Projection#weight} are expressions, today of one leaf each. Over leaves
 *       of small whole numbers and scales they are as good for every method.
 * </ul>
 */
package dev.graft.api;
