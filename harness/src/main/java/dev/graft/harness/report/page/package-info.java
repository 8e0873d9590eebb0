/**
 * A report as a page that needs nothing from elsewhere: its tables and findings as HTML, and what
 * its script draws as data. What is found and how it is worded is not decided here.
 */
package dev.graft.harness.report.page;
