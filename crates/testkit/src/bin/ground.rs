//! What a whole run of tests stands on, for whoever starts it (`cargo xtask test`): `ground postgres` prints the address of
//! a throw-away server and keeps it until its standard input ends; `ground demo BINARY FOLDER` copies that binary's demo
//! company into the folder. It does not know which tests run.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["postgres"] => {
            let cluster = yixian_testkit::Cluster::of_my_own();
            println!("{}", cluster.url_of("postgres"));
            std::io::stdin().read_to_string(&mut String::new()).ok();
        }
        ["demo", binary, folder] => yixian_testkit::demo_into(Path::new(binary), Path::new(folder)),
        _ => {
            eprintln!("ground postgres | ground demo BINARY FOLDER");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
