/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipp-message: the little of the Internet Printing Protocol that a local print service is asked
 * with (RFC 8010, RFC 8011). Pure.
 */
#pragma once

#include <gio/gio.h>

/* Operations, RFC 8011 5.4.15; CUPS' own from 4000h on. */
#define BH_IPP_PRINT_JOB              0x0002
#define BH_IPP_GET_PRINTER_ATTRIBUTES 0x000b
#define BH_IPP_CUPS_GET_PRINTERS      0x4002

/* Below it, it was done (RFC 8011 4.1.8). */
#define BH_IPP_STATUS_REDIRECTION 0x0300

/* Groups, RFC 8010 3.5.1. */
#define BH_IPP_GROUP_PRINTER 0x04

/* Kinds of values, RFC 8010 3.5.2. */
#define BH_IPP_INTEGER  0x21
#define BH_IPP_BOOLEAN  0x22
#define BH_IPP_ENUM     0x23
#define BH_IPP_NAME     0x42
#define BH_IPP_KEYWORD  0x44
#define BH_IPP_URI      0x45
#define BH_IPP_CHARSET  0x47
#define BH_IPP_LANGUAGE 0x48
#define BH_IPP_MIME     0x49

/* Answers that are longer are refused. */
#define BH_IPP_MAX_BYTES (1024 * 1024)

/** bh_ipp_begin: Returns: (transfer full): a request in UTF-8, about to have its attributes */
GByteArray *bh_ipp_begin(guint16 operation);

/** bh_ipp_add: @name: empty: one more value of the attribute before */
void bh_ipp_add(GByteArray *request, guint8 kind, const char *name, const char *value);

/** bh_ipp_end: the document, if there is one, may follow. */
void bh_ipp_end(GByteArray *request);

/**
 * BhIppVisitor: one value.
 * @group: the number of its group in the answer, from 0
 * @group_kind: BH_IPP_GROUP_...
 * @name: valid UTF-8
 * @value: (array length=length): any bytes
 */
typedef void (*BhIppVisitor)(guint group, guint8 group_kind, const char *name, guint8 kind,
                             const guint8 *value, gsize length, gpointer user_data);

/**
 * bh_ipp_read:
 * @bytes: (array length=length): foreign
 * @status: (out): of the answer
 * @visitor: (nullable): may have been called for what came before the fault
 *
 * Returns: %FALSE exactly when @error is set (G_IO_ERROR_INVALID_DATA)
 */
gboolean bh_ipp_read(const guint8 *bytes, gsize length, guint16 *status, BhIppVisitor visitor,
                     gpointer user_data, GError **error);
