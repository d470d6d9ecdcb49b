package io.meshdiag.simulator.fleet;

/** Where the parts of a fleet are reached. Clusters are given by their position in the scenario, from 0. */
public interface Addressing {
    /** Private networks as clouds number them: for archives, where nobody calls. */
    Addressing PRIVATE = new Addressing() {
        @Override
        public String node(int cluster, int number) {
            return "192.168." + cluster + "." + (10 + number);
        }

        @Override
        public String pod(int cluster, int number) {
            return "10." + (10 + cluster) + "." + number / 250 + "." + (number % 250 + 2);
        }

        @Override
        public String gateway(int cluster) {
            return "203.0.113." + (10 + cluster);
        }

        @Override
        public String apiServer(int cluster) {
            return "198.51.100." + (10 + cluster) + ":6443";
        }
    };

    String node(int cluster, int number);

    String pod(int cluster, int number);

    /** Of the east-west gateway's load balancer. */
    String gateway(int cluster);

    /** Host and port, as remote secrets name it. */
    String apiServer(int cluster);
}
