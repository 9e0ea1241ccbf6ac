//! What a browser says of itself, and whether it is a robot. Families only: a version helps to tell one person from another.

mod device;
mod families;
mod robots;

use std::sync::LazyLock;

use domain::visit::{LONGEST, Surroundings};

use self::{families::Families, robots::Robots};

/// What a user agent says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agent {
    /// Of the browser, its system and its device. The country is not the agent's to say.
    pub surroundings: Surroundings,
    /// Whether it is a robot, of which nothing else is read.
    pub is_robot: bool,
}

/// How much of a user agent is read for its families, in bytes. Browsers name themselves earlier; and one that is made up to cost
/// time costs no more than that.
const READ: usize = 512;

/// The lists of `lists/`, made ready once, when the first agent is read.
#[derive(Debug)]
pub struct Agents {
    robots: LazyLock<Robots>,
    families: LazyLock<Families>,
}

impl Default for Agents {
    fn default() -> Self {
        Self { robots: LazyLock::new(Robots::new), families: LazyLock::new(Families::new) }
    }
}

impl Agents {
    /// Reads a user agent. One that says nothing, or more than any browser does, is a robot's.
    pub fn read(&self, user_agent: &str) -> Agent {
        let is_odd = user_agent.trim().is_empty() || user_agent.len() > LONGEST;
        if is_odd || self.robots.know(user_agent) {
            return Agent { surroundings: Surroundings::default(), is_robot: true };
        }
        let user_agent = &user_agent[..user_agent.floor_char_boundary(READ)];
        let surroundings = Surroundings {
            browser: self.families.browser(user_agent),
            system: self.families.system(user_agent),
            device: device::of(user_agent),
            country: None,
        };
        Agent { surroundings, is_robot: false }
    }
}

#[cfg(test)]
mod tests;
