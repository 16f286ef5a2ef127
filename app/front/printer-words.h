/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer-words: printers and print jobs, as the control API tells of them, in a person's words.
 * Pure, as house-words.h.
 */
#pragma once

#include "house-words.h"

/**
 * bh_printer_words_line: what the printer does or lacks, and what to do.
 * Returns: (transfer full): "Out of paper. 2 jobs are waiting; they print by themselves after the
 *   refill."
 */
char *bh_printer_words_line(const json_t *printer, BhTone *tone);

/** bh_printer_words_trouble: Returns: (transfer full) (nullable): one sentence with its name, where
 * it prints nothing now; %NULL: nothing is wrong with it */
char *bh_printer_words_trouble(const json_t *printer);

/** bh_printer_words_title: Returns: (transfer none): what people call it; of a printer of the house
 * or one found nearby */
const char *bh_printer_words_title(const json_t *printer);

/** bh_found_words_line: Returns: (transfer full): how a printer nearby was found, and where it is
 */
char *bh_found_words_line(const json_t *found);

/** bh_job_words_line: Returns: (transfer full): "Waits: the printer does not answer" */
char *bh_job_words_line(const json_t *job, BhTone *tone);

/**
 * bh_test_words_line: what is to be told of a test page.
 * @tone: (out): BH_TONE_GOOD: it came out, or was sent as well as can be known; any other: why not
 * @is_over: (out): nothing more comes of it
 *
 * Returns: (transfer full) (nullable): a sentence; %NULL: nothing to tell yet
 */
char *bh_test_words_line(const json_t *job, BhTone *tone, gboolean *is_over);

/** bh_job_words_title: Returns: (transfer full): what is printed: "Test page" */
char *bh_job_words_title(const json_t *job);

/** bh_job_words_may_retry: whether a person may ask for it now, or once more. */
gboolean bh_job_words_may_retry(const json_t *job);

/** bh_job_words_may_cancel: whether it still waits, for a printer or for a person. */
gboolean bh_job_words_may_cancel(const json_t *job);
