/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDeviceTransport: a printer behind a device file of this computer, as Linux' usblp makes one for
 * each printer on USB. Bytes go and come without the loop waiting for them; opening it is a
 * worker's.
 */
#pragma once

#include "stream-transport.h"

#define BH_TYPE_DEVICE_TRANSPORT (bh_device_transport_get_type())
G_DECLARE_FINAL_TYPE(BhDeviceTransport, bh_device_transport, BH, DEVICE_TRANSPORT,
                     BhStreamTransport)

/** bh_device_transport_new: @path: only a device of characters is opened. Returns: (transfer full)
 */
BhPrintTransport *bh_device_transport_new(const char *path);
