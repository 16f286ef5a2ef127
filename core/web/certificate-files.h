/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCertificateFiles: a certificate and its key in files that somebody else renews: read at once,
 * and again whenever they change. What cannot be used is warned of once, and what was taken before
 * stays. Runs on the main context; after the first time it reads on a thread, as the files may lie
 * on a computer that is off by then, where reading waits without an end.
 */
#pragma once

#include "certificate.h"

#define BH_CERTIFICATE_FILES_ERROR (bh_certificate_files_error_quark())

typedef enum {
  BH_CERTIFICATE_FILES_ERROR_UNUSABLE, /* in words for a person, with both files' names */
} BhCertificateFilesError;

GQuark bh_certificate_files_error_quark(void);

typedef struct _BhCertificateFiles BhCertificateFiles;

/**
 * BhCertificateTake:
 * @certificate: (transfer none): as it is in the files now
 *
 * Returns: %FALSE exactly when @error is set: it cannot be used
 */
typedef gboolean (*BhCertificateTake)(BhCertificate *certificate, gpointer user_data,
                                      GError **error);

/**
 * bh_certificate_files_new:
 * @certificate, @key: PEM, see bh_certificate_parse()
 * @take: called before this returns, and on each change
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
BhCertificateFiles *bh_certificate_files_new(const char *certificate, const char *key,
                                             BhCertificateTake take, gpointer user_data,
                                             GError **error);
void bh_certificate_files_free(BhCertificateFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCertificateFiles, bh_certificate_files_free)
