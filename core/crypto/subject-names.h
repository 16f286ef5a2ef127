/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject-names: the host names and IP addresses that a certificate is for (RFC 5280 section
 * 4.2.1.6), between text and OpenSSL's lists. Nothing is ever put into OpenSSL's own notation,
 * where a comma in a name would be a second name.
 */
#pragma once

#include <glib.h>
#include <openssl/x509v3.h>

/** bh_subject_names_is_host_name: letters, digits, hyphens and dots (RFC 1123 section 2.1). */
gboolean bh_subject_names_is_host_name(const char *text);

/**
 * bh_subject_names_new:
 * @names: (array zero-terminated=1): host names; in any case of letters
 * @addresses: (array zero-terminated=1): IP addresses
 * @culprit: (out) (optional) (transfer none): which of them is none
 *
 * Returns: (nullable): for GENERAL_NAMES_free()
 */
GENERAL_NAMES *bh_subject_names_new(const char *const *names, const char *const *addresses,
                                    const char **culprit);

/** bh_subject_names_equal: the same ones, in any order. */
gboolean bh_subject_names_equal(const GENERAL_NAMES *a, const GENERAL_NAMES *b);

/** bh_subject_names_make_dns: Returns: (nullable): for GENERAL_NAME_free() */
GENERAL_NAME *bh_subject_names_make_dns(const char *name);

/** bh_subject_names_make_range: @range: "ADDRESS/MASK". Returns: (nullable): for a constraint */
GENERAL_NAME *bh_subject_names_make_range(const char *range);
