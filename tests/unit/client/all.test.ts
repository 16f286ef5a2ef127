// SPDX-License-Identifier: Apache-2.0
import "./parts.test";
import "./outbox.test";
import "./relay-lane.test";
import "./signaling-client.test";
import "./topology.test";
import "./connection.test";
import "./pages.test";
