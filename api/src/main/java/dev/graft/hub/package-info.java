/**
 * Downloads from Hugging Face's hub, and its cache, which is shared with Python. Which files a
 * model has is known here; what stands in them is not.
 */
package dev.graft.hub;
