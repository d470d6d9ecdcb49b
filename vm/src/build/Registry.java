import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;

/** A schema registry for the time of the build; prints where it is. */
class Registry {
    public static void main(String[] args) throws Exception {
        System.out.println(RegistryServer.start(InProcessRegistry.named("build")).url());
        Thread.currentThread().join();
    }
}
