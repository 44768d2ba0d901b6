//! Nobody asks for a connection while he holds one: where connections are counted, as many such readers as there are
//! connections wait for each other for ever. Builds with debug assertions, the tests' among them, notice it the first time.

#[cfg(debug_assertions)]
mod watched {
    use std::collections::HashSet;
    use std::sync::{LazyLock, Mutex, PoisonError};

    /// Who holds: a task, or a thread outside of tasks.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    enum Holder {
        Task(tokio::task::Id),
        Thread(std::thread::ThreadId),
    }

    impl Holder {
        fn now() -> Holder {
            tokio::task::try_id().map_or_else(|| Holder::Thread(std::thread::current().id()), Holder::Task)
        }
    }

    const FAULT: &str = "a connection is asked for by who holds one: pass it on instead (store::held)";

    static HOLDERS: LazyLock<Mutex<HashSet<Holder>>> = LazyLock::new(Mutex::default);

    /// Held until it is dropped.
    #[derive(Debug)]
    pub(crate) struct Hold(Holder);

    impl Hold {
        /// # Panics
        /// When the same task holds one already.
        pub(crate) fn begin() -> Hold {
            let me = Holder::now();
            let new = HOLDERS.lock().unwrap_or_else(PoisonError::into_inner).insert(me);
            assert!(new, "{FAULT}");
            Hold(me)
        }

        /// # Panics
        /// When the task holds one.
        pub(crate) fn none() {
            let held = HOLDERS.lock().unwrap_or_else(PoisonError::into_inner).contains(&Holder::now());
            assert!(!held, "{FAULT}");
        }
    }

    impl Drop for Hold {
        fn drop(&mut self) {
            HOLDERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
        }
    }
}

#[cfg(not(debug_assertions))]
mod watched {
    /// Nothing is noticed here.
    #[derive(Debug)]
    pub(crate) struct Hold;

    impl Hold {
        pub(crate) fn begin() -> Hold {
            Hold
        }
        pub(crate) fn none() {}
    }
}

pub(crate) use watched::Hold;
