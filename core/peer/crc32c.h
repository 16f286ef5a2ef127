/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRC32c, the checksum of SCTP (RFC 9260 appendix A), as fast as the processor has it.
 */
#pragma once

#include <glib.h>

/** bh_crc32c: Returns: the checksum as it lies in an SCTP header, in wire order */
guint32 bh_crc32c(const guint8 *data, gsize length);
